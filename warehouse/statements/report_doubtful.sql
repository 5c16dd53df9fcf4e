-- Frame: shown (examples), one row. Papers by the weakest match inside them: the lowest probability of being one paper.
WITH held AS (
    SELECT l.paper_id, e.rule, 1 / (1 + exp(-e.score)) AS strength
    FROM duplicate_pairs AS e
    JOIN records AS l ON l.record_id = e.left_record_id
    JOIN records AS r ON r.record_id = e.right_record_id
    WHERE e.judgement = 'match' AND e.rule NOT IN ('same_document', 'decision') AND l.paper_id = r.paper_id
)
SELECT p.paper_id, p.title, p.record_count, arg_min(h.rule, h.strength) AS rule, min(h.strength) AS weakest
FROM held AS h JOIN papers AS p USING (paper_id)
GROUP BY ALL ORDER BY weakest, p.paper_id LIMIT (SELECT examples FROM shown);
