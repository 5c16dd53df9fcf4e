-- Frames: chosen (document_no), cooling (match_key, key). The keys of the documents, and those of buckets that may cool.
SELECT key FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen) UNION SELECT key FROM cooling;
