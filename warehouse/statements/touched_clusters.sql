-- The clusters as they were of every document whose component may have changed: those that are pending, those that a
-- person linked with one that is (it may have been gone, and come back), and all of their components. Documents that
-- are gone are among them.
WITH queue AS (SELECT DISTINCT document_id FROM pending WHERE stage = 'papers'),
linked AS (
    FROM queue
    UNION SELECT right_document_id FROM decisions WHERE left_document_id IN (FROM queue)
    UNION SELECT left_document_id FROM decisions WHERE right_document_id IN (FROM queue)
)
SELECT document_id, paper_id FROM paper_documents
WHERE component_no IN (SELECT component_no FROM paper_documents WHERE document_id IN (FROM linked))
   OR document_id IN (FROM linked);
