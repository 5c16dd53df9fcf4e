-- name: documents_here
-- Frame: chosen (document_id). Those that a record carries now.
SELECT DISTINCT document_id FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen);
