-- One row a dump that has a record, in order of ingestion, with how many it has.
SELECT d.dump_id, d.dump_no, count(*) AS records
FROM dumps AS d JOIN records AS r USING (dump_id)
GROUP BY d.dump_id, d.dump_no ORDER BY d.dump_no;
