-- severity: error
-- Two records that match belong to the same paper.
SELECT e.left_record_id, e.right_record_id, l.paper_id AS left_paper_id, r.paper_id AS right_paper_id
FROM duplicate_pairs AS e
LEFT JOIN records AS l ON l.record_id = e.left_record_id
LEFT JOIN records AS r ON r.record_id = e.right_record_id
WHERE e.judgement = 'match' AND (l.paper_id IS NULL OR r.paper_id IS NULL OR l.paper_id <> r.paper_id);
