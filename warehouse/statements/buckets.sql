-- Frame: keys (key). Every member of each bucket of these keys that holds more than one document. Found by key first and
-- fetched by rowid, so that one column is read whole.
SELECT b.document_no, b.match_key, b.key
FROM block_keys AS b
WHERE b.rowid IN (SELECT rowid FROM block_keys WHERE key IN (SELECT key FROM keys))
QUALIFY count(*) OVER (PARTITION BY b.match_key, b.key) > 1;
