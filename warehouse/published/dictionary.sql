-- name: catalogue_tables
-- Published tables and views with their comments.
SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()
UNION ALL
SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND database_name = current_database()
ORDER BY 1;

-- name: catalogue_columns
-- Columns of published tables and views, in order.
SELECT table_name, column_name, data_type, comment FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database()
ORDER BY table_name, column_index;
