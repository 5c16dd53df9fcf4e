-- One row a dump that has a record, in order of ingestion, named by its id and by what its records say.
SELECT d.dump_id, d.dump_no, d.dump_id || '-' || format('{:016x}', bit_xor(hash(r))) AS dump, count(*) AS records
FROM dumps AS d JOIN records AS r USING (dump_id)
GROUP BY d.dump_id, d.dump_no ORDER BY d.dump_no;
