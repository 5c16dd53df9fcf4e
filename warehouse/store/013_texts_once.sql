-- Store each text only once: the compared form of an abstract is made again from a record, and a raw text is kept only
-- if cleaning changed it. The layout of the key file changes too. A new store already has this form from schema.sql.
ALTER TABLE documents DROP COLUMN IF EXISTS abstract_text;
UPDATE records SET title_raw = NULL WHERE title_raw = title;
UPDATE records SET abstract_raw = NULL WHERE abstract_raw = abstract;
UPDATE quarantined_records SET title_raw = NULL WHERE title_raw = title;
UPDATE quarantined_records SET abstract_raw = NULL WHERE abstract_raw = abstract;
DELETE FROM key_index;
