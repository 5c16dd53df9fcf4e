-- Dumps of which too much can't be used are held back (`papersieve.warehouse.store.gate`).
CREATE TABLE held_back_dumps (
    dump_id VARCHAR NOT NULL,
    reason_code VARCHAR NOT NULL,   -- the share that is above its limit
    message VARCHAR NOT NULL
);
CREATE TABLE accepted_dumps (       -- a person takes them as they are: never held back
    dump_id VARCHAR NOT NULL,
    accepted_at TIMESTAMP NOT NULL
);
-- Records were brought up to date together with the documents.
INSERT INTO stages BY NAME SELECT * REPLACE ('records' AS stage, -1 AS version) FROM stages WHERE stage = 'documents';
