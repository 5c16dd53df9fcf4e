-- Frame: chosen (document_no). The keys of their titles and of their abstracts.
SELECT DISTINCT key FROM block_keys
WHERE match_key IN ('title', 'abstract') AND document_no IN (SELECT document_no FROM chosen);
