-- Frame: buckets (match_key, key). Those of the buckets that are known as hot.
SELECT match_key, key FROM hot_buckets SEMI JOIN buckets USING (match_key, key);
