-- The clusters as they were of every document whose component may have changed: those that are pending, those that a
-- person linked with one that is (it may have been gone, and come back), and all of their components. Documents that
-- are gone are among them.
WITH queue AS (SELECT DISTINCT document_id FROM pending WHERE stage = 'papers'),
linked AS (
    FROM queue
    UNION SELECT right_document_id FROM decisions WHERE left_document_id IN (FROM queue)
    UNION SELECT left_document_id FROM decisions WHERE right_document_id IN (FROM queue)
),
known AS (
    SELECT rowid AS row, component_no FROM paper_documents
    WHERE document_uuid IN (SELECT TRY_CAST(document_id AS UUID) FROM linked)
)
SELECT document_id, paper_id FROM paper_documents
WHERE rowid IN (
    SELECT row FROM known UNION ALL SELECT rowid FROM paper_documents WHERE component_no IN (SELECT component_no FROM known)
);
