-- Frame: shown (dumps), one row. Papers that two of the newest dumps share (a dump with itself: its papers), oldest first.
WITH newest AS (SELECT dump_id, name, dump_no FROM dumps ORDER BY dump_no DESC LIMIT (SELECT dumps FROM shown)),
held AS (SELECT DISTINCT paper_id, dump_id FROM records WHERE dump_id IN (SELECT dump_id FROM newest)),
sizes AS (SELECT dump_id, count(*) AS papers FROM held GROUP BY dump_id),
shared AS (
    SELECT l.dump_id AS left_id, r.dump_id AS right_id, count(*) AS papers
    FROM held AS l JOIN held AS r USING (paper_id) GROUP BY ALL
)
SELECT ln.name AS left_dump, rn.name AS right_dump, coalesce(s.papers, 0) AS shared_papers,
       coalesce(s.papers / least(ls.papers, rs.papers), 0) AS shared_share
FROM newest AS ln CROSS JOIN newest AS rn
LEFT JOIN shared AS s ON s.left_id = ln.dump_id AND s.right_id = rn.dump_id
LEFT JOIN sizes AS ls ON ls.dump_id = ln.dump_id
LEFT JOIN sizes AS rs ON rs.dump_id = rn.dump_id
ORDER BY ln.dump_no, rn.dump_no;
