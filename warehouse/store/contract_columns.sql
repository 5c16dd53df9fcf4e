-- name: note_columns_of_before
-- The columns that each table of a contract was ever given; of a store without this note, those that it has.
CREATE TABLE IF NOT EXISTS contract_columns AS
SELECT table_name, column_name FROM duckdb_columns()
WHERE database_name = current_database() AND table_name IN ('records', 'quarantined_records', 'papers');

-- name: noted_columns
SELECT table_name, column_name FROM contract_columns;

-- name: note_columns
-- Those of $names that $table was given.
INSERT INTO contract_columns BY NAME SELECT $table AS table_name, unnest($names::VARCHAR[]) AS column_name;
