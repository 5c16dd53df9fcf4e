-- Pairs that the store lacks, or has with another match key, evidence or judgement.
FROM lake_pairs EXCEPT FROM pairs ORDER BY left_no, right_no;
