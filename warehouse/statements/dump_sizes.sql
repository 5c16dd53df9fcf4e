-- One row a dump, in order of ingestion, with how many entries it has.
SELECT d.dump_id, count(r.dump_id) AS records
FROM dumps AS d
LEFT JOIN (SELECT dump_id FROM records UNION ALL SELECT dump_id FROM quarantined_records) AS r USING (dump_id)
GROUP BY d.dump_id, d.dump_no ORDER BY d.dump_no;
