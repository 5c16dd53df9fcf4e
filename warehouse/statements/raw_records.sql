-- Every record as extracted, quarantined ones included: what normalising starts from.
SELECT * EXCLUDE (title, abstract, document_id) FROM records
UNION ALL BY NAME
SELECT * EXCLUDE (title, abstract, document_id, reason_codes) FROM quarantined_records;
