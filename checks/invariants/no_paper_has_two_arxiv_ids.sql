-- severity: error
-- arXiv has one id a paper: records that show two are one paper only where a person said so.
WITH decided AS (
    SELECT r.paper_id FROM duplicate_pairs AS p JOIN records AS r ON r.record_id = p.left_record_id
    WHERE p.rule = 'decision' AND p.judgement = 'match'
)
SELECT paper_id, list(DISTINCT arxiv_id) AS arxiv_ids
FROM records WHERE arxiv_id IS NOT NULL AND paper_id NOT IN (FROM decided)
GROUP BY paper_id HAVING count(DISTINCT arxiv_id) > 1;
