-- What a refresh looks up by id is read from a column of numbers, and what publishing brings forward by the revision
-- that wrote it: a text of 32 digits is unpacked for every row, four times as slow, and in more of the file.
ALTER TABLE records ADD COLUMN document_uuid UUID;          -- document_id as a number, here and below
UPDATE records SET document_uuid = document_id::UUID;
ALTER TABLE documents ADD COLUMN document_uuid UUID;
UPDATE documents SET document_uuid = document_id::UUID;
ALTER TABLE paper_documents ADD COLUMN document_uuid UUID;
UPDATE paper_documents SET document_uuid = document_id::UUID;
ALTER TABLE papers ADD COLUMN paper_uuid UUID;              -- paper_id as a number
UPDATE papers SET paper_uuid = paper_id::UUID;
ALTER TABLE paper_lineage ADD COLUMN paper_uuid UUID;
UPDATE paper_lineage SET paper_uuid = paper_id::UUID;
ALTER TABLE paper_documents ADD COLUMN revision BIGINT DEFAULT 0;   -- that wrote the row; 0: one before these were noted
ALTER TABLE papers ADD COLUMN revision BIGINT DEFAULT 0;
ALTER TABLE paper_lineage ADD COLUMN revision BIGINT DEFAULT 0;

CREATE TABLE key_index (        -- the sorted file of block keys beside the store; no row, or no such file: keys are scanned
    file VARCHAR NOT NULL,
    entries BIGINT NOT NULL,
    up_to BIGINT NOT NULL       -- keys of documents up to this number are in it; it may hold more, of documents that are gone
);
