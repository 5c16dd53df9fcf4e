-- Grain: one row per measure of the published version, with its value in the previous version.
CREATE VIEW latest_measures AS
WITH ranked AS (
    SELECT *, dense_rank() OVER (ORDER BY revision DESC) AS age FROM measures
)
SELECT now_.measure, now_.value, before_.value AS value_before, now_.judgement, now_.measured_at
FROM ranked AS now_
LEFT JOIN ranked AS before_ ON before_.measure = now_.measure AND before_.age = 2
WHERE now_.age = 1;
COMMENT ON VIEW latest_measures IS 'One row per measure of this version, with its value in the previous version and its judgement (ok, warn). Source: measures.';
