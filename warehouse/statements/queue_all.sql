-- Everything is pending.
DELETE FROM pending;
INSERT INTO pending SELECT DISTINCT 'documents', document_id FROM records;
INSERT INTO pending SELECT DISTINCT 'papers', document_id FROM paper_documents;
