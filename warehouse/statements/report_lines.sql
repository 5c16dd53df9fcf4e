-- Frame: shown (dumps), one row. Lines of the newest dumps by fate; the last row (no name) is all dumps together.
WITH fates AS (
    SELECT dump_id, sum(lines) FILTER (fate = 'record') AS record, sum(lines) FILTER (fate = 'furniture') AS furniture,
           sum(lines) FILTER (fate = 'blank') AS blank, sum(lines) FILTER (fate = 'rejected') AS rejected
    FROM line_ledger GROUP BY dump_id
),
newest AS (
    SELECT d.name, d.listing_date, d.lines, d.records, d.quarantined, f.* EXCLUDE (dump_id), d.dump_no
    FROM dumps AS d JOIN fates AS f USING (dump_id) ORDER BY d.dump_no DESC LIMIT (SELECT dumps FROM shown)
)
SELECT * EXCLUDE (dump_no) FROM newest
UNION ALL BY NAME
SELECT sum(lines)::BIGINT AS lines, sum(records)::BIGINT AS records, sum(quarantined)::BIGINT AS quarantined, sum(record) AS record, sum(furniture) AS furniture, sum(blank) AS blank, sum(rejected) AS rejected
FROM dumps JOIN fates USING (dump_id);
