-- severity: error
-- The counts of records, documents and dumps of each paper are right.
SELECT p.paper_id, p.record_count, count(r.record_id) AS records, p.document_count, p.dump_count
FROM papers AS p LEFT JOIN records AS r USING (paper_id)
GROUP BY p.paper_id, p.record_count, p.document_count, p.dump_count
HAVING p.record_count <> count(r.record_id)
    OR p.document_count <> count(DISTINCT r.document_id)
    OR p.dump_count <> count(DISTINCT r.dump_id);
