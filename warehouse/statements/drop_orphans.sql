-- Documents that no record carries any more, with their keys and pairs.
CREATE TEMP TABLE gone AS
SELECT document_no FROM documents WHERE document_id NOT IN (SELECT document_id FROM records);
DELETE FROM documents WHERE document_no IN (SELECT document_no FROM gone);
DELETE FROM block_keys WHERE document_no IN (SELECT document_no FROM gone);
DELETE FROM pairs WHERE left_no IN (SELECT document_no FROM gone) OR right_no IN (SELECT document_no FROM gone);
DROP TABLE gone;
