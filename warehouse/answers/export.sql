-- name: export_table
-- Ids as UUIDs repeat the texts beside them, and most readers of Parquet take them for bytes.
COPY (SELECT COLUMNS(lambda c: NOT suffix(c, '_uuid')) FROM query_table($table)) TO $path (FORMAT parquet, COMPRESSION zstd);

-- name: export_by_year
-- A folder a year, as Hive names them; null becomes __HIVE_DEFAULT_PARTITION__. Files are data_N.parquet.
COPY (SELECT COLUMNS(lambda c: NOT suffix(c, '_uuid')), year(published_date) AS published_year FROM query_table($table)) TO $path (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (published_year));
