-- name: key_index
-- One row: the file of block keys (null where there is none) and up to which document it holds them; beside it the
-- last document's number (-1: none) and how many keys there are.
SELECT i.file, i.entries, i.checksum, coalesce(i.up_to, -1) AS up_to,
       (SELECT coalesce(max(document_no), -1) FROM documents) AS last_no,
       (SELECT count(*) FROM block_keys) AS keys
FROM (SELECT 1) LEFT JOIN key_index AS i ON true;

-- name: note_key_index
-- Frame: written (file, entries, up_to, checksum).
DELETE FROM key_index;
INSERT INTO key_index BY NAME SELECT * FROM written;

-- name: sorted_keys
-- The upper half of each key and, below it, the document's number: one number, in the order of both.
SELECT (key & -4_294_967_296) | document_no AS entry FROM block_keys ORDER BY entry;
