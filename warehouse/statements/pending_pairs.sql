-- Documents that are new to the pairs, or gone from the records, with their numbers.
SELECT document_no, document_id, document_id NOT IN (SELECT document_id FROM records) AS is_gone
FROM documents
WHERE document_id IN (SELECT document_id FROM pending WHERE stage = 'pairs')
ORDER BY document_no;
