-- Incremental refreshes: a queue tells each stage which documents it still has to look at, and a log of changes
-- tells publishing what to bring into a file of an older revision.
-- Everything that is derived is derived anew after this migration; records, ledger and retired ids stay.

CREATE TABLE pending (          -- the queue: a row leaves it in the transaction that did its work; repeats say no more
    stage VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL
);
CREATE TABLE revisions (        -- one row a completed `papers` stage: what publishing can be asked for
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    revision_id VARCHAR NOT NULL,   -- unlike any other: two copies of a store may both have a revision of this number
    is_whole BOOLEAN NOT NULL,  -- too much changed to be listed: a file of an earlier revision has to be written anew
    completed_at TIMESTAMP NOT NULL
);
CREATE TABLE changes (          -- what changed with each revision; ids of retired papers and withdrawn dumps are among them
    revision BIGINT NOT NULL,
    kind VARCHAR NOT NULL,      -- dump, document, paper
    id VARCHAR NOT NULL
);
CREATE TABLE paper_events (     -- what became of each paper id, for ever
    revision BIGINT NOT NULL,
    paper_id VARCHAR NOT NULL,
    event VARCHAR NOT NULL,     -- created, merged, split, withdrawn, revived
    other_paper_id VARCHAR      -- merged: into which; split: from which
);
CREATE TABLE decisions (        -- a person's word about two documents; it binds to content, so it outlives every rebuild
    left_document_id VARCHAR NOT NULL,
    right_document_id VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,  -- must_link, cannot_link
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMP NOT NULL
);
CREATE TABLE withdrawn_dumps (  -- taken back on purpose: a folder that still holds the file does not bring it back
    dump_id VARCHAR NOT NULL,
    location VARCHAR NOT NULL,
    withdrawn_at TIMESTAMP NOT NULL
);
CREATE TABLE bridges (          -- matches that the audit of clusters cut: to a reader they are for review
    left_no BIGINT NOT NULL,
    right_no BIGINT NOT NULL,
    rule VARCHAR NOT NULL
);

ALTER TABLE paper_documents ADD COLUMN component_no BIGINT;     -- documents that matches connect, before the audit

DELETE FROM measures;
ALTER TABLE measures ADD COLUMN revision BIGINT;
ALTER TABLE check_results ADD COLUMN scope VARCHAR;             -- all, or only what changed since the file's last revision
UPDATE check_results SET scope = 'all';

DROP TABLE documents;
CREATE TABLE documents (
    document_no BIGINT NOT NULL,    -- rising with ingestion; never published
    document_id VARCHAR NOT NULL,
    title_text VARCHAR NOT NULL,
    abstract_text VARCHAR NOT NULL,
    abstract_words BIGINT NOT NULL
);
DELETE FROM block_keys;
DELETE FROM hot_buckets;
DELETE FROM pairs;
DELETE FROM stages;
INSERT INTO pending SELECT DISTINCT 'documents', document_id FROM records;
INSERT INTO pending SELECT DISTINCT 'papers', document_id FROM paper_documents;
