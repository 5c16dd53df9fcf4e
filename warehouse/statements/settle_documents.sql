-- What is still pending once new documents are in: documents that no record carries any more, which leave with
-- their pairs, and known ones that other records carry now, whose papers alone change.
INSERT INTO pending SELECT 'papers', document_id FROM pending WHERE stage = 'documents';
INSERT INTO pending
SELECT 'pairs', document_id FROM documents
WHERE document_id IN (SELECT document_id FROM pending WHERE stage = 'documents')
  AND document_id NOT IN (SELECT document_id FROM records);
DELETE FROM pending WHERE stage = 'documents';
