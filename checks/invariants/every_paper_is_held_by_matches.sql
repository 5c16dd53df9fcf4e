-- severity: error
-- The records of a paper are connected by stored matches: every other record can be reached from its smallest record id.
WITH RECURSIVE edges AS (
    SELECT left_record_id AS a, right_record_id AS b FROM duplicate_pairs WHERE judgement = 'match'
    UNION ALL
    SELECT right_record_id, left_record_id FROM duplicate_pairs WHERE judgement = 'match'
),
reached AS (
    SELECT min(record_id) AS record_id, paper_id FROM records GROUP BY paper_id HAVING count(*) > 1
    UNION
    SELECT e.b, r.paper_id FROM reached AS r JOIN edges AS e ON e.a = r.record_id
)
SELECT r.record_id, r.paper_id
FROM records AS r JOIN papers AS p USING (paper_id)
WHERE p.record_count > 1 AND (r.record_id, r.paper_id) NOT IN (SELECT (record_id, paper_id) FROM reached);
