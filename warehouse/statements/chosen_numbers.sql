-- The documents that are published, with their numbers.
SELECT document_no, document_id FROM documents WHERE document_id IN (FROM chosen_documents) ORDER BY document_no;
