-- Published tables and views with their comments.
SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()
UNION ALL
SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND database_name = current_database()
ORDER BY 1;
