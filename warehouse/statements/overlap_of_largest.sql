-- Of a published warehouse: papers that two dumps share, among the 25 dumps that have most; the names in order of ingestion.
WITH chosen AS (
    SELECT dump_id FROM (FROM dumps ORDER BY records DESC, dump_no LIMIT 25)
)
SELECT o.left_dump, o.right_dump, o.shared_share, o.shared_papers, l.dump_no AS left_no, r.dump_no AS right_no
FROM dump_overlap AS o
JOIN dumps AS l ON l.dump_id = o.left_dump_id
JOIN dumps AS r ON r.dump_id = o.right_dump_id
WHERE o.left_dump_id IN (FROM chosen) AND o.right_dump_id IN (FROM chosen)
ORDER BY left_no, right_no;
