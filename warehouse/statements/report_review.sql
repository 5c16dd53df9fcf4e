-- Frame: shown (examples), one row. The most doubtful pairs that wait for a person.
SELECT left_title, right_title, left_dump, left_line, right_dump, right_line, rule, score, doubt FROM review_pairs
LIMIT (SELECT examples FROM shown);
