-- Frame: chosen (document_no). Hot buckets that hold any of these documents.
SELECT DISTINCT h.match_key, h.key
FROM hot_buckets AS h JOIN block_keys AS k USING (match_key, key)
WHERE k.document_no IN (SELECT document_no FROM chosen);
