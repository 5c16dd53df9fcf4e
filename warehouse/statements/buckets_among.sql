-- As `buckets`, where the members can only be among some documents. Frames: keys (key), searched (document_no).
SELECT b.document_no, b.match_key, b.key
FROM block_keys AS b
WHERE b.rowid IN (
    SELECT rowid FROM block_keys WHERE document_no IN (SELECT document_no FROM searched) AND key IN (SELECT key FROM keys)
)
QUALIFY count(*) OVER (PARTITION BY b.match_key, b.key) > 1;
