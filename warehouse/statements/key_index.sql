-- One row: the file of block keys (null where there is none) and up to which document it holds them; beside it the
-- last document's number (-1: none) and how many keys there are.
SELECT i.file, i.entries, i.checksum, coalesce(i.up_to, -1) AS up_to,
       (SELECT coalesce(max(document_no), -1) FROM documents) AS last_no,
       (SELECT count(*) FROM block_keys) AS keys
FROM (SELECT 1) LEFT JOIN key_index AS i ON true;
