-- Grain: one row per pair of dumps that share a paper, and one per dump with itself. Unit: papers; share in [0, 1].
CREATE VIEW dump_overlap AS
WITH held AS (SELECT DISTINCT paper_id, dump_id FROM records),
sizes AS (SELECT dump_id, count(*) AS papers FROM held GROUP BY dump_id)
SELECT ld.name AS left_dump, rd.name AS right_dump, count(*) AS shared_papers,
       count(*) / least(any_value(ls.papers), any_value(rs.papers)) AS shared_share,
       l.dump_id AS left_dump_id, r.dump_id AS right_dump_id
FROM held AS l
JOIN held AS r USING (paper_id)
JOIN dumps AS ld ON ld.dump_id = l.dump_id
JOIN dumps AS rd ON rd.dump_id = r.dump_id
JOIN sizes AS ls ON ls.dump_id = l.dump_id
JOIN sizes AS rs ON rs.dump_id = r.dump_id
WHERE ld.dump_no <= rd.dump_no
GROUP BY l.dump_id, r.dump_id, ld.name, rd.name;
COMMENT ON VIEW dump_overlap IS 'One row per pair of dumps with papers in common (a dump is also paired with itself): their number, and their share of the smaller dump. Source: records, dumps.';
