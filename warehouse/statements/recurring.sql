-- Frame: keys (key). Every document of each title and each abstract of these keys, with its year.
SELECT b.document_no, b.match_key, b.key, d.year
FROM block_keys AS b JOIN documents AS d USING (document_no)
WHERE b.match_key IN ('title', 'abstract') AND b.rowid IN (SELECT rowid FROM block_keys WHERE key IN (SELECT key FROM keys));
