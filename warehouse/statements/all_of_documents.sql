-- Frame: chosen (document_id).
SELECT * EXCLUDE (document_uuid) FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen);
