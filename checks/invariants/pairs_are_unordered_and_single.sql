-- severity: error
-- A pair of records is stored once, left before right.
SELECT left_record_id, right_record_id, count(*) AS times
FROM duplicate_pairs
GROUP BY left_record_id, right_record_id
HAVING count(*) > 1 OR left_record_id >= right_record_id;
