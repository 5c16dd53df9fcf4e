-- Frames: chosen (document_no), cooling (match_key, key). Every member of each bucket that holds one of the documents
-- and another one, and of each bucket that may cool. Found by key first and fetched by rowid, so that one column is read whole.
SELECT b.document_no, b.match_key, b.key
FROM block_keys AS b
WHERE b.rowid IN (
    SELECT rowid FROM block_keys
    WHERE key IN (SELECT key FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen) UNION ALL SELECT key FROM cooling)
)
QUALIFY count(*) OVER (PARTITION BY b.match_key, b.key) > 1;
