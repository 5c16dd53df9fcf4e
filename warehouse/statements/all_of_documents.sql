-- Frame: chosen (document_id).
SELECT * FROM records WHERE document_id IN (SELECT document_id FROM chosen);
