-- Frame: chosen (dump_id). Every record of these dumps as extracted, quarantined ones included: what normalising starts from.
SELECT * EXCLUDE (title, abstract, document_id, document_uuid) FROM records WHERE dump_id IN (SELECT dump_id FROM chosen)
UNION ALL BY NAME
SELECT * EXCLUDE (title, abstract, document_id, reason_codes) FROM quarantined_records WHERE dump_id IN (SELECT dump_id FROM chosen);
