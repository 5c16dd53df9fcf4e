-- Frame: chosen (dump_id). Every record of these dumps.
SELECT * EXCLUDE (document_uuid) FROM records WHERE dump_id IN (SELECT dump_id FROM chosen);
