-- Frames: new_documents (document_no, document_id and the contract's columns), new_keys (the contract's columns).
INSERT INTO documents BY NAME
SELECT *, CASE WHEN abstract_text = '' THEN 0 ELSE length(abstract_text) - length(replace(abstract_text, ' ', '')) + 1 END AS abstract_words
FROM new_documents;
INSERT INTO block_keys BY NAME SELECT * FROM new_keys;
DELETE FROM pending WHERE stage = 'documents' AND document_id IN (SELECT document_id FROM new_documents);
INSERT INTO pending SELECT unnest(['pairs', 'papers']), document_id FROM new_documents;
