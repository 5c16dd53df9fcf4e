-- Ids as UUIDs repeat the texts beside them, and most readers of Parquet take them for bytes.
COPY (SELECT COLUMNS(lambda c: NOT suffix(c, '_uuid')) FROM "{table}") TO '{path}' (FORMAT parquet, COMPRESSION zstd);
