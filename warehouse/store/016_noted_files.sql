-- The published files, by which those that another program changed are noticed.
CREATE TABLE published_files (
    revision BIGINT NOT NULL,
    revision_id VARCHAR NOT NULL,
    header VARCHAR NOT NULL     -- a hash of DuckDB's header, which counts the changes of the file
);
-- The folder of the store when dumps were last read, by which a project that was moved is noticed. One row, or none.
CREATE TABLE store_home (
    location VARCHAR NOT NULL
);
