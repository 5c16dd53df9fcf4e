-- Which record gave each value of the paper $paper.
SELECT l.column_name, l.rule, l.record_id, d.name AS dump, r.line_start
FROM paper_lineage AS l JOIN records AS r USING (record_id) JOIN dumps AS d USING (dump_id)
WHERE l.paper_id = $paper ORDER BY l.column_name, d.dump_no, r.ordinal;
