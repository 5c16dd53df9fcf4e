-- name: list_tables
-- All tables of the open database, which may not be a store.
SELECT table_name FROM duckdb_tables() WHERE database_name = current_database();

-- name: create_migrations
CREATE TABLE schema_migrations (version INTEGER NOT NULL, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL);

-- name: list_migrations
SELECT version FROM schema_migrations ORDER BY version;

-- name: record_migration
INSERT INTO schema_migrations VALUES ($version, $name, (now() AT TIME ZONE 'UTC'));

-- name: memory_limit
SELECT current_setting('memory_limit') AS memory_limit;

-- name: draw_no_bars
-- DuckDB takes a process that Python's multiprocessing spawned for an interactive one, and draws bars into its output.
SET enable_progress_bar = false;

-- name: free_space
-- The unused share of the store's file; 0 for a small file, which is never worth rewriting.
SELECT CASE WHEN total_blocks * block_size < 64_000_000 THEN 0 ELSE free_blocks / total_blocks END AS free_share
FROM pragma_database_size() WHERE database_name = current_database();

-- name: note_columns_of_before
-- Notes the columns that each table of a contract was ever given: in a store without such notes, its present columns.
CREATE TABLE IF NOT EXISTS contract_columns AS
SELECT table_name, column_name FROM duckdb_columns()
WHERE database_name = current_database() AND table_name IN ('records', 'quarantined_records', 'papers');

-- name: noted_columns
SELECT table_name, column_name FROM contract_columns;

-- name: note_columns
-- Notes that $table was given the columns $names.
INSERT INTO contract_columns BY NAME SELECT $table AS table_name, unnest($names::VARCHAR[]) AS column_name;
