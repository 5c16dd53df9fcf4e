-- Grain: one row per source: the label of its dumps, else their listing, else the name of the dump. Unit: records and
-- papers. records = quarantined + duplicates + first_here; over all sources, first_here adds up to the papers.
CREATE VIEW source_counts AS
WITH named AS (SELECT dump_id, coalesce(source, listing, name) AS source, phase, records, quarantined, dump_no FROM dumps),
firsts AS (
    SELECT r.paper_id, n.source, n.dump_id,
           row_number() OVER (PARTITION BY r.paper_id ORDER BY n.dump_no, r.ordinal) = 1 AS is_first
    FROM records AS r JOIN named AS n USING (dump_id)
),
papers_of AS (
    SELECT source, count(DISTINCT paper_id) AS papers, count(*) FILTER (is_first) AS first_here, count(*) FILTER (NOT is_first) AS duplicates
    FROM firsts GROUP BY source
),
only_of AS (
    SELECT source, count(*) AS only_here
    FROM (SELECT paper_id, min(source) AS source FROM firsts GROUP BY paper_id HAVING count(DISTINCT source) = 1) GROUP BY source
),
dumps_of AS (
    SELECT source, list_sort(list(DISTINCT phase) FILTER (phase IS NOT NULL)) AS phases, count(*) AS dumps,
           sum(records)::BIGINT AS records, sum(quarantined)::BIGINT AS quarantined, min(dump_no) AS place
    FROM named GROUP BY source
)
SELECT d.source, d.phases, d.dumps, d.records, d.quarantined, coalesce(p.duplicates, 0) AS duplicates,
       coalesce(p.first_here, 0) AS first_here, coalesce(p.papers, 0) AS papers, coalesce(o.only_here, 0) AS only_here
FROM dumps_of AS d LEFT JOIN papers_of AS p USING (source) LEFT JOIN only_of AS o USING (source)
ORDER BY d.place;
COMMENT ON VIEW source_counts IS 'One row per source of dumps (label, listing or name): its records, those removed before screening, and the papers that no other source lists. Source: dumps, records.';
