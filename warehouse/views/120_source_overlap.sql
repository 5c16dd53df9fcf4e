-- Grain: one row per pair of sources that share a paper, and one per source with itself. Unit: papers; share in [0, 1].
CREATE VIEW source_overlap AS
WITH held AS (
    SELECT DISTINCT r.paper_id, coalesce(d.source, d.listing, d.name) AS source FROM records AS r JOIN dumps AS d USING (dump_id)
),
sizes AS (SELECT source, count(*) AS papers FROM held GROUP BY source)
SELECT l.source AS left_source, r.source AS right_source, count(*) AS shared_papers,
       count(*) / least(any_value(ls.papers), any_value(rs.papers)) AS shared_share
FROM held AS l JOIN held AS r USING (paper_id)
JOIN sizes AS ls ON ls.source = l.source
JOIN sizes AS rs ON rs.source = r.source
WHERE l.source <= r.source
GROUP BY l.source, r.source;
COMMENT ON VIEW source_overlap IS 'One row per pair of sources with papers in common (a source is also paired with itself): their number, and their share of the smaller source. Source: records, dumps.';
