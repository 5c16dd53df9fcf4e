-- Frames: chosen (dump_id), new_records, new_quarantined: the records of these dumps, normalised anew. A cluster goes on
-- under the documents that its records carry now.
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
INSERT INTO changes SELECT (SELECT coalesce(max(revision), 0) + 1 FROM revisions), 'dump', dump_id FROM chosen;
UPDATE dumps SET lists_once = NULL WHERE dump_id IN (SELECT dump_id FROM chosen);
