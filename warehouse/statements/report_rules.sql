-- Pairs of records by judgement and rule.
SELECT judgement, rule, count(*) AS pairs FROM duplicate_pairs GROUP BY ALL ORDER BY judgement, pairs DESC, rule;
