-- Frame: chosen (record_id).
SELECT record_id, document_id FROM records WHERE record_id IN (SELECT record_id FROM chosen);
