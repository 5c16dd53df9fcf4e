-- The pairs that are most alike, with their judgement and the rule that made it.
SELECT judgement, rule, similarity, left_title, right_title
FROM duplicate_evidence ORDER BY similarity DESC NULLS LAST LIMIT 20;
