-- Frame: renamed (old, location). What was said of a place is said of it under its name; behind `change_dumps`.
UPDATE dump_locations SET location = r.location FROM renamed AS r WHERE dump_locations.location = r.old;
UPDATE dump_ledger SET location = r.location FROM renamed AS r WHERE dump_ledger.location = r.old;
UPDATE withdrawn_dumps SET location = r.location FROM renamed AS r WHERE withdrawn_dumps.location = r.old;
DELETE FROM unreadable_dumps
WHERE location IN (SELECT old FROM renamed WHERE location IN (SELECT location FROM unreadable_dumps));
UPDATE unreadable_dumps SET location = r.location, message = replace(message, r.old, r.location)
FROM renamed AS r WHERE unreadable_dumps.location = r.old;
