-- Frame: candidates (left_no, right_no). Evidence is a function of two documents: what was once found holds for as long as both are there.
SELECT * EXCLUDE (match_key, score, judgement, rule) FROM pairs SEMI JOIN candidates USING (left_no, right_no);
