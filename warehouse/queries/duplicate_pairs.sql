-- The pairs that are most probably one paper, with their judgement and the rule that made it.
SELECT judgement, rule, score, similarity, left_title, right_title
FROM duplicate_evidence ORDER BY score DESC NULLS LAST LIMIT 20;
