-- One row a dump and kind of thing to know: how often, and the first line and message.
SELECT l.name, n.code, count(*) AS lines, min(n.line) AS first_line, arg_min(n.message, n.line) AS message
FROM notices AS n JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
GROUP BY l.name, n.code
UNION ALL
SELECT l.name, 'rejected_lines: ' || r.reason_code, count(*), min(r.line), arg_min(left(r.text, 80), r.line)
FROM rejected_lines AS r JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
GROUP BY l.name, r.reason_code
UNION ALL
SELECT l.name, 'quarantined_records: ' || reason, count(*), min(line_start), arg_min(left(coalesce(title_raw, abstract_raw, ''), 80), line_start)
FROM (SELECT dump_id, line_start, title_raw, abstract_raw, unnest(reason_codes) AS reason FROM quarantined_records)
JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
GROUP BY l.name, reason
ORDER BY ALL;
