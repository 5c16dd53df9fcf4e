-- Frame: withdrawn (dump_id). Takes dumps back from wherever they lie; `change_dumps` does the rest.
INSERT INTO withdrawn_dumps BY NAME
SELECT dump_id, location, (now() AT TIME ZONE 'UTC') AS withdrawn_at FROM dump_locations WHERE dump_id IN (SELECT dump_id FROM withdrawn);
