-- name: is_publication
SELECT schema_version FROM publication;

-- name: databases_with_a_publication
-- The databases of a connection that are published warehouses.
SELECT database_name FROM duckdb_tables() WHERE table_name = 'publication' AND schema_name = 'main' ORDER BY database_name;

-- name: publication
SELECT schema_version, store_version, fingerprint, revision, revision_id, published_at FROM publication;

-- name: first_revision
-- The id of the first revision, in a store or a warehouse that it published: no other store has it. No row: nothing was
-- ever derived.
SELECT revision_id FROM revisions ORDER BY revision LIMIT 1;

-- name: version_contents
SELECT revision, revision_id, published_at, store_version,
       (SELECT count(*) FROM papers) AS papers, (SELECT count(*) FROM records) AS records, (SELECT count(*) FROM dumps) AS dumps
FROM publication;
