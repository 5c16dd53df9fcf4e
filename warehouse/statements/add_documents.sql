-- Frames: new_documents (document_no, document_id and the contract's columns), new_keys (the contract's columns).
INSERT INTO documents BY NAME
SELECT *, document_id::UUID AS document_uuid
FROM new_documents;
INSERT INTO block_keys BY NAME SELECT * FROM new_keys;
-- A number that a document of before had is given again: the file of keys knows that one's.
UPDATE key_index SET up_to = least(up_to, (SELECT min(document_no) - 1 FROM new_documents));
DELETE FROM pending WHERE stage = 'documents' AND document_id IN (SELECT document_id FROM new_documents);
INSERT INTO pending SELECT unnest(['pairs', 'papers']), document_id FROM new_documents;
