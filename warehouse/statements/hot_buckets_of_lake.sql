SELECT match_key, key, documents FROM lake_hot_buckets;
