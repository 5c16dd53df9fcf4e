-- severity: warn
-- No measure of this version is above its warning threshold.
SELECT m.measure, m.value, m.judgement, part.value AS part, whole.value AS whole, s.unit
FROM latest_measures AS m
LEFT JOIN (VALUES ('rejected_line_share', 'rejected_lines', 'lines', 'line'), ('quarantined_share', 'quarantined', 'records', 'record'))
    AS s(share, part, whole, unit) ON s.share = m.measure
LEFT JOIN latest_measures AS part ON part.measure = s.part
LEFT JOIN latest_measures AS whole ON whole.measure = s.whole
WHERE m.judgement = 'warn' ORDER BY m.measure;
