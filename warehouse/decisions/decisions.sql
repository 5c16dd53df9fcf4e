-- name: change_decisions
-- Frames: undone (left_document_id, right_document_id), made (the same, decision, decided_by, decided_at). Both
-- documents of each are clustered again.
INSERT INTO pending
SELECT DISTINCT 'papers', unnest([left_document_id, right_document_id])
FROM (SELECT left_document_id, right_document_id FROM undone UNION ALL SELECT left_document_id, right_document_id FROM made);
DELETE FROM decisions
WHERE (left_document_id, right_document_id) IN (
    SELECT (left_document_id, right_document_id) FROM undone UNION ALL SELECT (left_document_id, right_document_id) FROM made
);
INSERT INTO decisions BY NAME SELECT * FROM made;

-- name: documents_here
-- Frame: chosen (document_id). Those that a record carries at present.
SELECT DISTINCT document_id FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen);
