-- Buckets that are hot in the store or in the lake.
SELECT match_key, key FROM hot_buckets UNION SELECT match_key, key FROM lake_hot_buckets;
