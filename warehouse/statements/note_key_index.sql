-- Frame: written (file, entries, up_to, checksum).
DELETE FROM key_index;
INSERT INTO key_index BY NAME SELECT * FROM written;
