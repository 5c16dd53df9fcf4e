-- Grain: one row per paper that is listed more than once.
CREATE VIEW repeated_papers AS
SELECT p.paper_id, p.title, p.record_count, p.dump_count,
       list_sort(list(d.name || ':' || r.line_start)) AS listed_at
FROM papers AS p
JOIN records AS r USING (paper_id)
JOIN dumps AS d USING (dump_id)
WHERE p.record_count > 1
GROUP BY p.paper_id, p.title, p.record_count, p.dump_count;
COMMENT ON VIEW repeated_papers IS 'One row per paper that is listed more than once: how often, in how many dumps, and where (dump:line). Source: papers, records, dumps.';
