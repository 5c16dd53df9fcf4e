-- The working store: one writer, a transaction a stage. What is pending is a query on these tables.
-- Times are UTC, without a zone: Python clients need another package to read zoned ones.
-- No primary keys: DuckDB's indexes refuse a row that was deleted and inserted anew in one transaction.
-- That ids are unique is held by contracts and by the checks that run before publishing.

CREATE TABLE dump_ledger (      -- everything that was ever done to the set of dumps; its last seq is the store's version
    seq BIGINT NOT NULL,
    action VARCHAR NOT NULL,    -- add, locate (the same bytes at another place), withdraw, reject, mend
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
    ingested_at TIMESTAMP NOT NULL
);
CREATE TABLE dump_locations (   -- a dump lives as long as a location holds it
    location VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    dump_id VARCHAR NOT NULL
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
    title_raw VARCHAR,
    abstract_raw VARCHAR,
    title VARCHAR,
    abstract VARCHAR,
    author_count BIGINT,
    organisation VARCHAR,
    published_raw VARCHAR,
    published_date DATE,
    date_precision VARCHAR,
    year_source VARCHAR,
    comment_count BIGINT,
    urls VARCHAR[] NOT NULL,
    code_urls VARCHAR[] NOT NULL,
    document_id VARCHAR NOT NULL
);
CREATE TABLE quarantined_records AS SELECT *, []::VARCHAR[] AS reason_codes FROM records WHERE false;
CREATE TABLE documents (
    document_no BIGINT NOT NULL,    -- order of ingestion
    document_id VARCHAR NOT NULL,
    title_text VARCHAR NOT NULL,
    abstract_text VARCHAR NOT NULL
);
CREATE TABLE block_keys (
    document_no BIGINT NOT NULL,
    match_key VARCHAR NOT NULL,
    key BIGINT NOT NULL
);
CREATE TABLE hot_buckets (
    match_key VARCHAR NOT NULL,
    key BIGINT NOT NULL,
    documents BIGINT NOT NULL
);
CREATE TABLE pairs (
    left_no BIGINT NOT NULL,
    right_no BIGINT NOT NULL,
    match_key VARCHAR NOT NULL,
    similarity DOUBLE,
    containment DOUBLE,
    title_similarity DOUBLE,
    smaller_words BIGINT NOT NULL,
    parts_differ BOOLEAN NOT NULL,
    judgement VARCHAR NOT NULL,
    rule VARCHAR NOT NULL
);
CREATE TABLE paper_documents (  -- the clusters; document ids, so that they outlive a document's number
    document_id VARCHAR NOT NULL,
    paper_id VARCHAR NOT NULL
);
CREATE TABLE papers (
    paper_id VARCHAR NOT NULL,
    title VARCHAR,
    abstract VARCHAR,
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
    dump_count BIGINT NOT NULL
);
CREATE TABLE paper_lineage (
    paper_id VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL
);
CREATE TABLE paper_aliases (
    alias_id VARCHAR NOT NULL,
    paper_id VARCHAR            -- null: withdrawn, no record of it is left
);
CREATE TABLE stages (           -- what each stage last completed: pending where the version or the fingerprint is another
    stage VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    settings VARCHAR NOT NULL,
    completed_at TIMESTAMP NOT NULL
);
CREATE TABLE measures (
    version BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    measured_at TIMESTAMP NOT NULL,
    measure VARCHAR NOT NULL,
    value DOUBLE,
    judgement VARCHAR NOT NULL  -- ok, warn, error
);
CREATE TABLE check_results (
    version BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    check_name VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    failed_rows BIGINT NOT NULL,
    is_passed BOOLEAN NOT NULL
);
