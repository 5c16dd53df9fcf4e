-- The working store, with one writer. Which stages are pending follows from these tables.
-- Times are UTC, without a zone: Python clients need another package to read zoned ones.
-- There are no primary keys: DuckDB's indexes refuse a row that was deleted and inserted again in one transaction.
-- Contracts, and the checks that run before publishing, make sure that ids are unique.
-- To change a table, add a migration next to this file, NNN_WHAT.sql: existing stores get changes in no other way.

-- Dumps and their content.
CREATE TABLE dump_ledger (      -- all changes ever made to the set of dumps; the last seq is the store's version
    seq BIGINT NOT NULL,
    action VARCHAR NOT NULL,    -- add, locate (known bytes, new place), rename, label, withdraw, reject, mend, hold, let_in, accept
    dump_id VARCHAR,
    location VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE TABLE dumps (
    dump_id VARCHAR NOT NULL,
    dump_no BIGINT NOT NULL,    -- order of ingestion
    format VARCHAR NOT NULL,
    listing VARCHAR,
    listing_date DATE,
    listing_date_raw VARCHAR,
    size_bytes BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    ingested_at TIMESTAMP NOT NULL,
    lists_once DOUBLE           -- how surely the dump lists each paper once, in [0, 1]; null: not computed yet
);
CREATE TABLE dump_locations (   -- a dump is kept as long as it has a location
    location VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    dump_id VARCHAR NOT NULL
);
CREATE TABLE withdrawn_dumps (  -- withdrawn on purpose: finding the file in a folder does not add it again
    dump_id VARCHAR NOT NULL,
    location VARCHAR NOT NULL,
    withdrawn_at TIMESTAMP NOT NULL
);
CREATE TABLE unreadable_dumps (
    location VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    reason_code VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    seen_at TIMESTAMP NOT NULL
);
CREATE TABLE line_spans (
    dump_id VARCHAR NOT NULL,
    line_start BIGINT NOT NULL,
    line_end BIGINT NOT NULL,
    fate VARCHAR NOT NULL
);
CREATE TABLE rejected_lines (
    dump_id VARCHAR NOT NULL,
    line BIGINT NOT NULL,
    reason_code VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    length BIGINT NOT NULL
);
CREATE TABLE notices (
    dump_id VARCHAR NOT NULL,
    line BIGINT NOT NULL,
    code VARCHAR NOT NULL,
    message VARCHAR NOT NULL
);
CREATE TABLE records (
    record_id VARCHAR NOT NULL,
    dump_id VARCHAR NOT NULL,
    ordinal BIGINT NOT NULL,
    line_start BIGINT NOT NULL,
    line_end BIGINT NOT NULL,
    title_raw VARCHAR,          -- null if equal to the clean text, as abstract_raw is, so that each text is stored once
    abstract_raw VARCHAR USING COMPRESSION zstd,
    title VARCHAR,
    abstract VARCHAR USING COMPRESSION zstd,
    author_count BIGINT,
    organisation VARCHAR,
    published_raw VARCHAR,
    published_date DATE,
    date_precision VARCHAR,
    year_source VARCHAR,
    comment_count BIGINT,
    urls VARCHAR[] NOT NULL,
    code_urls VARCHAR[] NOT NULL,
    document_id VARCHAR NOT NULL,
    authors VARCHAR[],
    venue VARCHAR,
    volume VARCHAR,
    pages VARCHAR,
    year BIGINT,
    doi VARCHAR,
    arxiv_id VARCHAR,
    arxiv_version BIGINT,
    categories VARCHAR[],
    document_uuid UUID,         -- document_id as a number, here and below: finding a text takes four times as long
    issue VARCHAR,
    pmid VARCHAR
);
CREATE TABLE quarantined_records AS
SELECT * EXCLUDE (authors, venue, volume, pages, year, doi, arxiv_id, arxiv_version, categories, document_uuid, issue, pmid),
       []::VARCHAR[] AS reason_codes,
       authors, venue, volume, pages, year, doi, arxiv_id, arxiv_version, categories, issue, pmid
FROM records WHERE false;

-- Documents and their compared pairs.
CREATE TABLE documents (
    document_no BIGINT NOT NULL,    -- rises with ingestion; never published
    document_id VARCHAR NOT NULL,
    title_text VARCHAR NOT NULL,    -- the compared form of the abstract is made again from a record
    doi VARCHAR,
    arxiv_id VARCHAR,
    year BIGINT,
    authors_text VARCHAR,
    document_uuid UUID,
    venue_text VARCHAR,
    volume VARCHAR,
    issue VARCHAR,
    pages VARCHAR,
    pmid VARCHAR
);
CREATE TABLE block_keys (
    document_no BIGINT NOT NULL,
    match_key VARCHAR NOT NULL,
    key BIGINT NOT NULL
);
CREATE TABLE key_index (        -- the sorted file of block keys next to the store; if the row or the file is missing, keys are scanned
    file VARCHAR NOT NULL,
    entries BIGINT NOT NULL,
    up_to BIGINT NOT NULL,      -- it has the keys of all documents up to this number, and maybe of some that are gone
    checksum VARCHAR            -- of the directory in the file; without one, the file is rewritten
);
CREATE TABLE hot_buckets (
    match_key VARCHAR NOT NULL,
    key BIGINT NOT NULL,
    documents BIGINT NOT NULL
);
CREATE TABLE pairs (            -- each pair with all the evidence that it is judged by
    left_no BIGINT NOT NULL,
    right_no BIGINT NOT NULL,
    match_key VARCHAR NOT NULL,
    similarity DOUBLE,
    containment DOUBLE,
    abstract_words DOUBLE,
    smaller_words DOUBLE,
    title_similarity DOUBLE,
    title_containment DOUBLE,
    title_length DOUBLE,
    title_numbers DOUBLE,
    title_parts DOUBLE,
    generic_title DOUBLE,
    authors DOUBLE,
    authors_all DOUBLE,
    year_distance DOUBLE,
    venue DOUBLE,
    venue_kind DOUBLE,
    volume DOUBLE,
    issue DOUBLE,
    pages DOUBLE,
    doi DOUBLE,
    arxiv_id DOUBLE,
    pmid DOUBLE,
    title_years DOUBLE,
    abstract_titles DOUBLE,
    one_list DOUBLE,
    score DOUBLE NOT NULL,
    judgement VARCHAR NOT NULL,
    rule VARCHAR NOT NULL
);
CREATE TABLE decisions (        -- a person's decision about two documents; it is tied to their content, so it survives every rebuild
    left_document_id VARCHAR NOT NULL,
    right_document_id VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,  -- must_link, cannot_link
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMP NOT NULL
);
CREATE TABLE overruled (        -- what replaces the judgement of a pair; found together with the clusters
    left_no BIGINT NOT NULL,
    right_no BIGINT NOT NULL,
    judgement VARCHAR NOT NULL,
    rule VARCHAR NOT NULL       -- decision, or why a match was cut
);

-- Papers and their lasting ids.
CREATE TABLE paper_documents (  -- the clusters; by document_id, because they outlive a document's number
    document_id VARCHAR NOT NULL,
    paper_id VARCHAR NOT NULL,
    component_no BIGINT,        -- the documents connected by matches, before clusters are split
    document_uuid UUID,
    revision BIGINT             -- the one that wrote the row, here and below: publishing finds changed rows by it
);
CREATE TABLE papers (
    paper_id VARCHAR NOT NULL,
    title VARCHAR,
    abstract VARCHAR USING COMPRESSION zstd,
    published_date DATE,
    date_precision VARCHAR,
    year_source VARCHAR,
    author_count BIGINT,
    organisation VARCHAR,
    comment_count BIGINT,
    urls VARCHAR[] NOT NULL,
    code_urls VARCHAR[] NOT NULL,
    record_count BIGINT NOT NULL,
    document_count BIGINT NOT NULL,
    dump_count BIGINT NOT NULL,
    authors VARCHAR[],
    venue VARCHAR,
    volume VARCHAR,
    pages VARCHAR,
    year BIGINT,
    doi VARCHAR,
    arxiv_id VARCHAR,
    arxiv_version BIGINT,
    categories VARCHAR[],
    paper_uuid UUID,            -- paper_id as a number, here and below
    revision BIGINT,
    issue VARCHAR,
    pmid VARCHAR
);
CREATE TABLE paper_lineage (
    paper_id VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    paper_uuid UUID,
    revision BIGINT
);
CREATE TABLE paper_aliases (
    alias_id VARCHAR NOT NULL,
    paper_id VARCHAR            -- null: withdrawn, none of its records is left
);
CREATE TABLE paper_events (     -- the whole history of each paper id
    revision BIGINT NOT NULL,
    paper_id VARCHAR NOT NULL,
    event VARCHAR NOT NULL,     -- created, merged, split, withdrawn, revived, changed
    other_paper_id VARCHAR,     -- merged: into which; split: from which
    changed_columns VARCHAR[]   -- changed: the columns whose values changed in a paper that stays
);

-- Pending work, completed work, and its quality.
CREATE TABLE pending (          -- the queue: the transaction that does a row's work removes it; repeated rows have no effect
    stage VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL
);
CREATE TABLE stages (           -- the last completion of each stage; a stage is pending if the version or the fingerprint differs
    stage VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    settings VARCHAR NOT NULL,
    completed_at TIMESTAMP NOT NULL
);
CREATE TABLE revisions (        -- one row per completed `papers` stage; publishing publishes a revision
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    revision_id VARCHAR NOT NULL,   -- unique everywhere: copies of a store may have different revisions of one number
    is_whole BOOLEAN NOT NULL,  -- too much changed to be listed, so a file of an earlier revision has to be rewritten
    completed_at TIMESTAMP NOT NULL
);
CREATE TABLE changes (          -- what changed with each revision, including ids of retired papers and withdrawn dumps
    revision BIGINT NOT NULL,
    kind VARCHAR NOT NULL,      -- dump, document, paper
    id VARCHAR NOT NULL
);
CREATE TABLE measures (
    version BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    measured_at TIMESTAMP NOT NULL,
    measure VARCHAR NOT NULL,
    value DOUBLE,
    judgement VARCHAR NOT NULL, -- ok, warn, error
    revision BIGINT
);
CREATE TABLE check_results (
    version BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    check_name VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    failed_rows BIGINT NOT NULL,
    is_passed BOOLEAN NOT NULL,
    scope VARCHAR               -- all, or only what changed since the file's last revision
);
