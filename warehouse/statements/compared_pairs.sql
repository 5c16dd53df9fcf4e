-- All pairs with their evidence, and their judgement as the published tables tell it.
SELECT p.* EXCLUDE (score, judgement, rule), coalesce(o.judgement, p.judgement) AS judgement_now
FROM pairs AS p LEFT JOIN overruled AS o USING (left_no, right_no)
ORDER BY left_no, right_no;
