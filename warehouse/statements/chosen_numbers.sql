-- The documents that are published, with their numbers.
SELECT document_no, document_id FROM documents 
WHERE rowid IN (SELECT rowid FROM documents WHERE document_uuid IN (SELECT document_uuid FROM chosen_documents)) ORDER BY document_no;
