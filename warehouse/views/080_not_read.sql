-- Grain: one row per rejected line, reason of a quarantined record, or unreadable dump.
CREATE VIEW not_read AS
SELECT d.name AS dump, r.line AS line_start, r.line AS line_end, 'rejected line' AS kind, r.reason_code, r.text AS what
FROM rejected_lines AS r JOIN dumps AS d USING (dump_id)
UNION ALL
SELECT d.name, q.line_start, q.line_end, 'quarantined record', unnest(q.reason_codes), coalesce(q.title_raw, q.abstract_raw)
FROM quarantined_records AS q JOIN dumps AS d USING (dump_id)
UNION ALL
SELECT u.name, NULL, NULL, 'unreadable dump', u.reason_code, u.message
FROM unreadable_dumps AS u;
COMMENT ON VIEW not_read IS 'One row per rejected line, quarantined record (one row per reason) or unreadable dump, with the reason. Source: rejected_lines, quarantined_records, unreadable_dumps, dumps.';
