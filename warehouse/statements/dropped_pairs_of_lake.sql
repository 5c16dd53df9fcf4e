-- Pairs of the store that the lake lacks.
SELECT left_no, right_no FROM pairs EXCEPT SELECT left_no, right_no FROM lake_pairs;
