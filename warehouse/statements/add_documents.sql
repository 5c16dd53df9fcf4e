-- Frames: new_documents (document_no, document_id, title_text, abstract_text), new_keys (the contract's columns).
INSERT INTO documents BY NAME SELECT * FROM new_documents;
INSERT INTO block_keys BY NAME SELECT * FROM new_keys;
