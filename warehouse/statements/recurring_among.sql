-- As `recurring`, where the documents can only be some. Frames: keys (key), searched (document_no).
WITH held AS (
    SELECT DISTINCT document_no FROM block_keys
    WHERE match_key IN ('title', 'abstract') AND rowid IN (
        SELECT rowid FROM block_keys WHERE document_no IN (SELECT document_no FROM searched) AND key IN (SELECT key FROM keys)
    )
)
SELECT b.document_no, b.match_key, b.key, d.year
FROM block_keys AS b JOIN documents AS d USING (document_no)
WHERE b.match_key IN ('title', 'abstract') AND b.rowid IN (SELECT rowid FROM block_keys WHERE document_no IN (FROM held));
