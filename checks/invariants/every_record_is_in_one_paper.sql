-- severity: error
-- Each record belongs to exactly one paper, and that paper exists.
SELECT r.record_id, count(p.paper_id) AS papers
FROM records AS r LEFT JOIN papers AS p USING (paper_id)
GROUP BY r.record_id
HAVING count(p.paper_id) <> 1;
