-- name: key_index
-- One row: the file of block keys (null if there is none) and the last document whose keys it has (-1: none); the
-- store's last document (-1: none) and its number of keys.
SELECT i.file, i.entries, i.checksum, coalesce(i.up_to, -1) AS up_to,
       (SELECT coalesce(max(document_no), -1) FROM documents) AS last_no,
       (SELECT count(*) FROM block_keys) AS keys
FROM (SELECT 1) LEFT JOIN key_index AS i ON true;

-- name: note_key_index
-- Frame: written (file, entries, up_to, checksum).
DELETE FROM key_index;
INSERT INTO key_index BY NAME SELECT * FROM written;

-- name: sorted_keys
-- For each key, its upper half and the document's number as the lower half: one integer, sorted.
SELECT (key & -4_294_967_296) | document_no AS entry FROM block_keys ORDER BY entry;
