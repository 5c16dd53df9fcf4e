-- Frame: chosen (dump_id, dump). Every record of these dumps.
SELECT r.* EXCLUDE (document_uuid), c.dump FROM records AS r JOIN chosen AS c USING (dump_id);
