-- Documents that are new to the pairs, or gone from the records, with their numbers.
WITH queue AS (SELECT DISTINCT document_id FROM pending WHERE stage = 'pairs'),
alive AS (SELECT DISTINCT document_id FROM records WHERE document_id IN (FROM queue))
SELECT document_no, document_id, document_id NOT IN (FROM alive) AS is_gone
FROM documents WHERE document_id IN (FROM queue)
ORDER BY document_no;
