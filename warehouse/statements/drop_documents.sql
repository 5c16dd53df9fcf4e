-- Frame: chosen (document_no, document_id): documents that no record carries. The other ends of their matches have
-- to be clustered anew.
INSERT INTO pending
SELECT 'papers', d.document_id FROM documents AS d
WHERE d.document_no IN (
    SELECT left_no FROM pairs WHERE right_no IN (SELECT document_no FROM chosen)
    UNION ALL
    SELECT right_no FROM pairs WHERE left_no IN (SELECT document_no FROM chosen)
);
DELETE FROM pairs WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen);
DELETE FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen);
DELETE FROM overruled WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen);
DELETE FROM documents WHERE document_no IN (SELECT document_no FROM chosen);
DELETE FROM pending WHERE stage = 'pairs' AND document_id IN (SELECT document_id FROM chosen);
