-- Some records, and where each is listed.
SELECT r.title, r.published_date, r.author_count, d.name || ':' || r.line_start AS listed_at
FROM records AS r JOIN dumps AS d USING (dump_id)
ORDER BY d.dump_no, r.ordinal LIMIT 20;
