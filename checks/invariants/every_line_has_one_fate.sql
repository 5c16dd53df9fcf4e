-- severity: error
-- Each line of each dump has exactly one fate: the spans of a dump neither overlap nor leave a gap.
SELECT d.dump_id, d.name, d.lines, g.line_start, g.expected_start
FROM (
    SELECT dump_id, line_start, 1 + lag(line_end, 1, 0) OVER (PARTITION BY dump_id ORDER BY line_start) AS expected_start
    FROM line_spans
) AS g
JOIN dumps AS d USING (dump_id)
WHERE g.line_start <> g.expected_start
UNION ALL
SELECT d.dump_id, d.name, d.lines, max(s.line_end), d.lines
FROM dumps AS d LEFT JOIN line_spans AS s USING (dump_id)
GROUP BY d.dump_id, d.name, d.lines
HAVING max(s.line_end) IS DISTINCT FROM d.lines;
