-- Frames: chosen (document_no), buckets (match_key, key). The keys of the documents, and those of the buckets.
SELECT key FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen) UNION SELECT key FROM buckets;
