-- severity: error
-- Records with different arXiv ids are one paper only if a person decided so.
-- Each decision joins two parts of a paper, so n decisions account for n + 1 ids. Which ids they join is not checked.
WITH decided AS (
    SELECT r.paper_id, count(*) AS decisions FROM duplicate_pairs AS p JOIN records AS r ON r.record_id = p.left_record_id
    WHERE p.rule = 'decision' AND p.judgement = 'match' GROUP BY r.paper_id
)
SELECT r.paper_id, list(DISTINCT r.arxiv_id) AS arxiv_ids
FROM records AS r LEFT JOIN decided AS d USING (paper_id) WHERE r.arxiv_id IS NOT NULL
GROUP BY r.paper_id HAVING count(DISTINCT r.arxiv_id) > 1 + coalesce(max(d.decisions), 0);
