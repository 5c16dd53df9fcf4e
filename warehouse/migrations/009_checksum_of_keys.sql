-- Of the directory in the file of block keys; a file that has none is written anew.
ALTER TABLE key_index ADD COLUMN checksum VARCHAR;
