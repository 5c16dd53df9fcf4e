-- The records of the five papers that have most, with where each stands.
WITH largest AS (SELECT paper_id, record_count FROM papers WHERE record_count > 1 ORDER BY record_count DESC, paper_id LIMIT 5)
SELECT l.paper_id, l.record_count, r.title, r.abstract, p.name || ':' || r.line_start AS place
FROM largest AS l
JOIN paper_documents AS m USING (paper_id)
JOIN records AS r USING (document_id)
JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS p USING (dump_id)
ORDER BY l.record_count DESC, l.paper_id, place;
