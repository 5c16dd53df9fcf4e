-- Held back dumps, labels of dumps, and what a run notes about files. Stores of versions between releases may have a
-- part of it already.

-- Dumps with too much unusable content are held back (`papersieve.warehouse.store.gate`).
CREATE TABLE IF NOT EXISTS held_back_dumps (
    dump_id VARCHAR NOT NULL,
    reason_code VARCHAR NOT NULL,   -- the share that is above its limit
    message VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS accepted_dumps (     -- a person accepted them as they are, so they are never held back
    dump_id VARCHAR NOT NULL,
    accepted_at TIMESTAMP NOT NULL
);
-- Until now, records were brought up to date together with the documents, so the new stage starts from their state.
INSERT INTO stages BY NAME
SELECT * REPLACE ('records' AS stage, -1 AS version) FROM stages
WHERE stage = 'documents' AND NOT EXISTS (FROM stages WHERE stage = 'records');

-- Labels that people give to a dump: the database it was exported from, the search, its day, the phase of the work.
ALTER TABLE dumps ADD COLUMN IF NOT EXISTS source VARCHAR;
ALTER TABLE dumps ADD COLUMN IF NOT EXISTS query VARCHAR;
ALTER TABLE dumps ADD COLUMN IF NOT EXISTS searched_on DATE;
ALTER TABLE dumps ADD COLUMN IF NOT EXISTS phase VARCHAR;

-- The published files, by which those that another program changed are noticed.
CREATE TABLE IF NOT EXISTS published_files (
    revision BIGINT NOT NULL,
    revision_id VARCHAR NOT NULL,
    header VARCHAR NOT NULL     -- a hash of DuckDB's header, which counts the changes of the file
);
-- The folder of the store when dumps were last read, by which a project that was moved is noticed. One row, or none.
CREATE TABLE IF NOT EXISTS store_home (
    location VARCHAR NOT NULL
);
-- Files as they were when they were last read. One whose state is the same, and whose dumps are all still here, is not
-- read again.
CREATE TABLE files_read (
    location VARCHAR NOT NULL,
    state VARCHAR NOT NULL,     -- size, times of the last changes and number, as its file system tells them
    dumps BIGINT NOT NULL       -- how many dumps it has
);
