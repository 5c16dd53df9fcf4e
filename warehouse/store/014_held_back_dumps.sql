-- Dumps with too much unusable content are held back (`papersieve.warehouse.store.gate`).
CREATE TABLE held_back_dumps (
    dump_id VARCHAR NOT NULL,
    reason_code VARCHAR NOT NULL,   -- the share that is above its limit
    message VARCHAR NOT NULL
);
CREATE TABLE accepted_dumps (       -- a person accepted them as they are, so they are never held back
    dump_id VARCHAR NOT NULL,
    accepted_at TIMESTAMP NOT NULL
);
-- Until now, records were brought up to date together with the documents, so the new stage starts from their state.
INSERT INTO stages BY NAME SELECT * REPLACE ('records' AS stage, -1 AS version) FROM stages WHERE stage = 'documents';
