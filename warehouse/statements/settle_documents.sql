-- What is still pending once new documents are in: documents that no record carries any more, which leave with
-- their pairs, and known ones that other records carry now: what their dumps say of their pairs may have changed, and their papers.
INSERT INTO pending SELECT 'papers', document_id FROM pending WHERE stage = 'documents';
INSERT INTO pending
SELECT 'pairs', document_id FROM documents
WHERE document_uuid IN (SELECT DISTINCT document_id::UUID FROM pending WHERE stage = 'documents');
DELETE FROM pending WHERE stage = 'documents';
