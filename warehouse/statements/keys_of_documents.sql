-- Frame: chosen (document_no).
SELECT document_no, match_key, key FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen);
