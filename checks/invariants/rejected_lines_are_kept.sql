-- severity: error
-- Each line whose fate is `rejected` is kept with its reason.
SELECT l.dump_id, l.lines, count(r.line) AS kept
FROM line_ledger AS l LEFT JOIN rejected_lines AS r USING (dump_id)
WHERE l.fate = 'rejected'
GROUP BY l.dump_id, l.lines
HAVING count(r.line) <> l.lines;
