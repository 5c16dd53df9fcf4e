-- name: add_lines
-- Adds the content of dumps, or of a part of one. Frames: new_spans, new_rejected, new_notices, new_records,
-- new_quarantined (the contracts' columns).
INSERT INTO line_spans BY NAME SELECT * FROM new_spans;
INSERT INTO rejected_lines BY NAME SELECT * FROM new_rejected;
INSERT INTO notices BY NAME SELECT * FROM new_notices;
INSERT INTO records BY NAME SELECT *, document_id::UUID AS document_uuid FROM new_records;
INSERT INTO quarantined_records BY NAME SELECT * FROM new_quarantined;

-- name: change_dumps
-- One batch of ingestion, after `add_lines`. Frames: placed_dumps (location, name, dump_id), unreadable (location, name,
-- reason_code, message), actions (action, dump_id, location), new_dumps (the contract's columns), labels (dump_id,
-- source, query, searched_on, phase).
DELETE FROM dump_locations WHERE location IN (SELECT location FROM actions WHERE action = 'withdraw');
INSERT INTO dump_locations BY NAME SELECT * FROM placed_dumps;
DELETE FROM withdrawn_dumps WHERE dump_id IN (SELECT dump_id FROM placed_dumps);

INSERT INTO dumps BY NAME
SELECT * EXCLUDE (place),
       place + (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS dump_no,
       (now() AT TIME ZONE 'UTC') AS ingested_at
FROM new_dumps;

UPDATE dumps SET source = l.source, query = l.query, searched_on = l.searched_on, phase = l.phase
FROM labels AS l WHERE dumps.dump_id = l.dump_id;

-- Publishing has to write changed dumps again, and the documents of changed and withdrawn dumps are pending.
INSERT INTO changes
SELECT DISTINCT (SELECT coalesce(max(revision), 0) + 1 FROM revisions), 'dump', dump_id
FROM actions WHERE dump_id IS NOT NULL;
INSERT INTO pending
SELECT DISTINCT 'documents', document_id FROM records
WHERE dump_id IN (SELECT dump_id FROM actions WHERE action IN ('add', 'locate', 'withdraw', 'rename', 'label'));

DELETE FROM unreadable_dumps WHERE location IN (SELECT location FROM actions WHERE action IN ('mend', 'reject'));
INSERT INTO unreadable_dumps BY NAME SELECT *, (now() AT TIME ZONE 'UTC') AS seen_at FROM unreadable;

INSERT INTO dump_ledger BY NAME
SELECT (SELECT coalesce(max(seq), 0) FROM dump_ledger) + row_number() OVER (ORDER BY place) AS seq,
       action, dump_id, location, (now() AT TIME ZONE 'UTC') AS recorded_at
FROM actions;

-- name: drop_gone_dumps
-- Frame: freed (dump_id). Those that have no location left are deleted with all their content.
CREATE TEMP TABLE gone AS
SELECT dump_id FROM freed EXCEPT SELECT dump_id FROM dump_locations;
DELETE FROM dumps WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM held_back_dumps WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM accepted_dumps WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM line_spans WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM rejected_lines WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM notices WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM records WHERE dump_id IN (SELECT dump_id FROM gone);
DELETE FROM quarantined_records WHERE dump_id IN (SELECT dump_id FROM gone);
DROP TABLE gone;

-- name: dump_sizes
-- One row per dump, in order of ingestion, with the number of its entries.
SELECT d.dump_id, count(r.dump_id) AS records
FROM dumps AS d
LEFT JOIN (SELECT dump_id FROM records UNION ALL SELECT dump_id FROM quarantined_records) AS r USING (dump_id)
GROUP BY d.dump_id, d.dump_no ORDER BY d.dump_no;

-- name: records_of_dumps
-- Frame: chosen (dump_id). All records of these dumps, including quarantined ones.
SELECT * EXCLUDE (document_uuid) FROM records WHERE dump_id IN (SELECT dump_id FROM chosen)
UNION ALL BY NAME
SELECT * EXCLUDE (reason_codes) FROM quarantined_records WHERE dump_id IN (SELECT dump_id FROM chosen);

-- name: replace_records
-- Frames: chosen (dump_id); new_records, new_quarantined, new_notices: the records of these dumps, normalised again,
-- and notices about them; rule_codes (code): rules of records, whose former notices are replaced. A cluster continues
-- with the documents that its records carry now.
CREATE TEMP TABLE renamed AS
SELECT r.document_id AS old_id, min(n.document_id) AS new_id
FROM records AS r JOIN new_records AS n USING (record_id)
WHERE r.document_id <> n.document_id GROUP BY r.document_id;
INSERT INTO paper_documents BY NAME
SELECT m.new_id AS document_id, m.new_id::UUID AS document_uuid, any_value(p.paper_id) AS paper_id, any_value(p.component_no) AS component_no
FROM paper_documents AS p JOIN renamed AS m ON m.old_id = p.document_id
WHERE m.new_id NOT IN (SELECT document_id FROM paper_documents) GROUP BY m.new_id;
DROP TABLE renamed;
DELETE FROM records WHERE dump_id IN (SELECT dump_id FROM chosen);
DELETE FROM quarantined_records WHERE dump_id IN (SELECT dump_id FROM chosen);
INSERT INTO records BY NAME SELECT *, document_id::UUID AS document_uuid FROM new_records;
INSERT INTO quarantined_records BY NAME SELECT * FROM new_quarantined;
DELETE FROM notices WHERE dump_id IN (SELECT dump_id FROM chosen) AND code IN (SELECT code FROM rule_codes);
INSERT INTO notices BY NAME SELECT * FROM new_notices;
INSERT INTO changes SELECT (SELECT coalesce(max(revision), 0) + 1 FROM revisions), 'dump', dump_id FROM chosen;
UPDATE dumps SET lists_once = NULL WHERE dump_id IN (SELECT dump_id FROM chosen);
