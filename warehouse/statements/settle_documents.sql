-- What is still pending once new documents are in: documents that no record carries any more, which leave with
-- their pairs, and known ones that other records carry now, whose papers alone change.
INSERT INTO pending SELECT 'papers', document_id FROM pending WHERE stage = 'documents';
INSERT INTO pending
WITH queue AS (SELECT DISTINCT document_id::UUID AS document_uuid FROM pending WHERE stage = 'documents'),
alive AS (SELECT DISTINCT document_uuid FROM records WHERE document_uuid IN (FROM queue))
SELECT 'pairs', document_id FROM documents
WHERE document_uuid IN (FROM queue) AND document_uuid NOT IN (FROM alive);
DELETE FROM pending WHERE stage = 'documents';
