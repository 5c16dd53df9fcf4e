-- Dumps of which nobody has looked yet whether they list a paper once, with their records.
SELECT d.dump_id, count(r.record_id) AS records
FROM dumps AS d LEFT JOIN records AS r USING (dump_id)
WHERE d.lists_once IS NULL GROUP BY d.dump_id ORDER BY d.dump_id;
