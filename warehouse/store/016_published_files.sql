-- The files that were published, by which those that another program changed are noticed.
CREATE TABLE published_files (
    revision BIGINT NOT NULL,
    revision_id VARCHAR NOT NULL,
    header VARCHAR NOT NULL     -- a hash of DuckDB's header, which counts the changes of the file
);
