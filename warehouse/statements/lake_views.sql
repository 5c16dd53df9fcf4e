-- {version}: folder of the lake's newest version; {records}: of its segments of records. Frame: living_dumps (dump_id, dump_no).
CREATE TABLE dumps AS FROM living_dumps;
CREATE VIEW papers AS SELECT * EXCLUDE (lineage) FROM read_parquet('{version}/papers/*.parquet');
CREATE VIEW paper_lineage AS
SELECT paper_id, given.column_name, given.record_id, given.rule
FROM (SELECT paper_id, unnest(lineage) AS given FROM read_parquet('{version}/papers/*.parquet'));
CREATE VIEW paper_documents AS FROM read_parquet('{version}/clusters/*.parquet');
CREATE VIEW document_pairs AS FROM read_parquet('{version}/pairs/*.parquet');
CREATE VIEW hot_buckets AS SELECT match_key, key, documents FROM read_parquet('{version}/hot_buckets/*.parquet');
CREATE VIEW records AS
SELECT r.* EXCLUDE (dump), p.paper_id
FROM read_parquet('{records}/*/*.parquet', hive_partitioning = true, hive_types = {{'dump': VARCHAR}}) AS r
JOIN dumps AS d ON d.dump_id = r.dump
JOIN paper_documents AS p USING (document_id);
