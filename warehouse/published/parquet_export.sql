-- name: export_table
-- UUIDs are left out: they repeat ids that are there as texts, and most readers of Parquet read them as bytes.
-- Rows are sorted, because a view returns them in any order, and the file is named after a hash of its bytes.
COPY (SELECT COLUMNS(lambda c: NOT suffix(c, '_uuid')) FROM query_table($table) ORDER BY ALL) TO $path (FORMAT parquet, COMPRESSION zstd);

-- name: export_years
-- The folders of years, named as Hive does, each with a digest of its rows in any order, its columns and the engine
-- ($engine).
WITH shape AS (SELECT list(column_name || ' ' || data_type ORDER BY column_index) AS shape FROM duckdb_columns() WHERE table_name = $table AND database_name = current_database())
SELECT coalesce(year(published_date)::VARCHAR, '__HIVE_DEFAULT_PARTITION__') AS published_year,
       md5(concat_ws(' ', count(*), sum(hash(t)), any_value(shape), $engine)) AS content
FROM query_table($table) AS t CROSS JOIN shape GROUP BY published_year ORDER BY published_year;

-- name: export_by_year
-- Writes one folder per year of $years, each with one file.
COPY (
    SELECT COLUMNS(lambda c: NOT suffix(c, '_uuid')), year(published_date) AS published_year FROM query_table($table)
    WHERE list_contains($years, coalesce(year(published_date)::VARCHAR, '__HIVE_DEFAULT_PARTITION__'))
) TO $path (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (published_year));
