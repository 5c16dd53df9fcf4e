-- Pairs that the store lacks, or has with another match key, evidence or judgement.
SELECT COLUMNS(*) FROM (SELECT * FROM lake_pairs EXCEPT SELECT left_no, right_no, COLUMNS(lambda c: c NOT IN ('left_no', 'right_no')) FROM pairs)
ORDER BY left_no, right_no;
