-- Pairs that the store lacks, or has with another match key, evidence or judgement.
FROM spark_pairs EXCEPT FROM pairs ORDER BY left_no, right_no;
