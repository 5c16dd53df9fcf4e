-- name: known_dumps
-- One row per location: the dump that it has.
SELECT location, dump_id FROM dump_locations ORDER BY location;

-- name: known_labels
SELECT dump_id, source, query, searched_on, phase FROM dumps WHERE coalesce(source, query, searched_on::VARCHAR, phase) IS NOT NULL;

-- name: placed_last
-- The number of the last ledger entry of each place.
SELECT location, max(seq) AS seq FROM dump_ledger GROUP BY location ORDER BY location;

-- name: noted_home
-- The folder of the store when dumps were last read.
SELECT location FROM store_home;

-- name: note_home
-- Frame: home (location), one row.
DELETE FROM store_home;
INSERT INTO store_home BY NAME FROM home;

-- name: rename_places
-- Frame: renamed (old, location). Gives places their new names wherever the old ones are noted; after `change_dumps`.
UPDATE dump_locations SET location = r.location FROM renamed AS r WHERE dump_locations.location = r.old;
UPDATE dump_ledger SET location = r.location FROM renamed AS r WHERE dump_ledger.location = r.old;
UPDATE withdrawn_dumps SET location = r.location FROM renamed AS r WHERE withdrawn_dumps.location = r.old;
DELETE FROM unreadable_dumps
WHERE location IN (SELECT old FROM renamed WHERE location IN (SELECT location FROM unreadable_dumps));
UPDATE unreadable_dumps SET location = r.location, message = replace(message, r.old, r.location)
FROM renamed AS r WHERE unreadable_dumps.location = r.old;

-- name: unreadable_dumps
SELECT location, reason_code, message FROM unreadable_dumps ORDER BY location;

-- name: withdrawn_dumps
SELECT DISTINCT dump_id FROM withdrawn_dumps;

-- name: dump_notices
-- One row per dump and kind of notice, rejected line or quarantined record: how often, the first line and its message.
SELECT l.name, n.code, count(*) AS lines, min(n.line) AS first_line, arg_min(n.message, n.line) AS message, dump_id
FROM notices AS n JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
GROUP BY l.name, n.code, dump_id
UNION ALL
SELECT l.name, 'rejected_lines: ' || r.reason_code, count(*), min(r.line), arg_min(left(r.text, 80), r.line), dump_id
FROM rejected_lines AS r JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
GROUP BY l.name, r.reason_code, dump_id
UNION ALL
SELECT l.name, 'quarantined_records: ' || reason, count(*), min(line_start), arg_min(left(coalesce(title_raw, title, abstract_raw, abstract, ''), 80), line_start), dump_id
FROM (SELECT dump_id, line_start, title_raw, title, abstract_raw, abstract, unnest(reason_codes) AS reason FROM quarantined_records)
JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
WHERE reason <> 'dump_held_back'
GROUP BY l.name, reason, dump_id
ORDER BY ALL;

-- name: files_read
SELECT location, state, dumps FROM files_read ORDER BY location;

-- name: note_files
-- Frames: read (location, state, dumps), gone (location).
DELETE FROM files_read WHERE location IN (SELECT location FROM read UNION ALL SELECT location FROM gone);
INSERT INTO files_read BY NAME FROM read;
