-- Buckets that are hot in the store or on Spark.
SELECT match_key, key FROM hot_buckets UNION SELECT match_key, key FROM spark_hot_buckets;
