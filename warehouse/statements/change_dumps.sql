-- One batch of ingestion, behind `add_lines`. Frames: freed_locations (location), placed_dumps (location, name,
-- dump_id), unreadable (location, name, reason_code, message), readable (location), actions (action, dump_id,
-- location), new_dumps (the contract's columns).
DELETE FROM dump_locations WHERE location IN (SELECT location FROM freed_locations);
INSERT INTO dump_locations BY NAME SELECT * FROM placed_dumps;
DELETE FROM withdrawn_dumps WHERE dump_id IN (SELECT dump_id FROM placed_dumps);

INSERT INTO dumps BY NAME
SELECT * EXCLUDE (place),
       place + (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS dump_no,
       (now() AT TIME ZONE 'UTC') AS ingested_at
FROM new_dumps;

-- All that a changed dump says has to be looked at again, and so has what only a dump that is gone said.
INSERT INTO changes
SELECT DISTINCT (SELECT coalesce(max(revision), 0) + 1 FROM revisions), 'dump', dump_id
FROM actions WHERE dump_id IS NOT NULL;
INSERT INTO pending
SELECT DISTINCT 'documents', document_id FROM records
WHERE dump_id IN (SELECT dump_id FROM actions WHERE action IN ('add', 'locate', 'withdraw'));

-- A dump that no location holds any more is gone, with all that only it said.
CREATE TEMP TABLE gone AS
SELECT dump_id FROM actions WHERE dump_id IS NOT NULL EXCEPT SELECT dump_id FROM dump_locations;
DELETE FROM dumps WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM line_spans WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM rejected_lines WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM notices WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM records WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM quarantined_records WHERE dump_id IN (SELECT dump_id FROM gone);
DROP TABLE gone;

DELETE FROM unreadable_dumps WHERE location IN (SELECT location FROM readable UNION ALL SELECT location FROM unreadable);
INSERT INTO unreadable_dumps BY NAME SELECT *, (now() AT TIME ZONE 'UTC') AS seen_at FROM unreadable;

INSERT INTO dump_ledger BY NAME
SELECT (SELECT coalesce(max(seq), 0) FROM dump_ledger) + row_number() OVER (ORDER BY place) AS seq,
       action, dump_id, location, (now() AT TIME ZONE 'UTC') AS recorded_at
FROM actions;
