-- Pairs of the store that Spark did not find.
SELECT left_no, right_no FROM pairs EXCEPT SELECT left_no, right_no FROM spark_pairs;
