-- Grain: one row per dump and fate. Unit: lines. The lines of a dump add up to dumps.lines.
CREATE VIEW line_ledger AS
SELECT d.dump_id, f.fate, coalesce(sum(s.line_end - s.line_start + 1), 0)::BIGINT AS lines
FROM dumps AS d
CROSS JOIN (VALUES ('record'), ('furniture'), ('blank'), ('rejected')) AS f(fate)
LEFT JOIN line_spans AS s ON s.dump_id = d.dump_id AND s.fate = f.fate
GROUP BY d.dump_id, f.fate;
COMMENT ON VIEW line_ledger IS 'One row per dump and fate: how many of its lines are part of a record, furniture, blank, or rejected. Source: line_spans, dumps.';
