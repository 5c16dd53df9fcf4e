-- Every pair that one of $records is in, with the paper and the title of both.
SELECT e.* EXCLUDE (settings_fingerprint),
       l.paper_id AS left_paper_id, r.paper_id AS right_paper_id, l.title AS left_title, r.title AS right_title
FROM duplicate_pairs AS e
JOIN records AS l ON l.record_id = e.left_record_id
JOIN records AS r ON r.record_id = e.right_record_id
WHERE list_contains($records, e.left_record_id) OR list_contains($records, e.right_record_id)
ORDER BY e.score DESC NULLS FIRST, e.left_record_id, e.right_record_id;
