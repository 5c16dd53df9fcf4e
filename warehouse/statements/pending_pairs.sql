-- Documents that are new to the pairs, or gone from the records, with their numbers.
WITH queue AS (SELECT DISTINCT document_id::UUID AS document_uuid FROM pending WHERE stage = 'pairs'),
alive AS (SELECT DISTINCT document_uuid FROM records WHERE document_uuid IN (FROM queue))
SELECT document_no, document_id, document_uuid NOT IN (FROM alive) AS is_gone
FROM documents WHERE rowid IN (SELECT rowid FROM documents WHERE document_uuid IN (FROM queue))
ORDER BY document_no;
