-- severity: error
-- Each entry that was read is a record or a quarantined record: the ordinals of a dump run from 1 without a gap.
SELECT dump_id, count(*) AS entries, count(DISTINCT ordinal) AS ordinals, max(ordinal) AS last_ordinal
FROM (SELECT dump_id, ordinal FROM records UNION ALL SELECT dump_id, ordinal FROM quarantined_records)
WHERE dump_id IN (SELECT dump_id FROM dumps)
GROUP BY dump_id
HAVING count(*) <> max(ordinal) OR count(DISTINCT ordinal) <> max(ordinal);
