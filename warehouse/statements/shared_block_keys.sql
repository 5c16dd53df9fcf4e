-- Every member of each bucket that holds more than one document: a key of one document proposes nothing.
SELECT document_no, match_key, key FROM block_keys
QUALIFY count(*) OVER (PARTITION BY match_key, key) > 1;
