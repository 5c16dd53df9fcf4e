-- Each text once: abstracts as they are compared are made again of the records', and raw texts stay where cleaning changed
-- them. The key file of before has another layout. Of a new store nothing changes: schema.sql makes it so.
ALTER TABLE documents DROP COLUMN IF EXISTS abstract_text;
UPDATE records SET title_raw = NULL WHERE title_raw = title;
UPDATE records SET abstract_raw = NULL WHERE abstract_raw = abstract;
UPDATE quarantined_records SET title_raw = NULL WHERE title_raw = title;
UPDATE quarantined_records SET abstract_raw = NULL WHERE abstract_raw = abstract;
DELETE FROM key_index;
