-- Frame: shown (versions), one row. Each measure with its values in the newest versions, oldest first.
WITH newest AS (SELECT DISTINCT revision FROM measures ORDER BY revision DESC LIMIT (SELECT versions FROM shown))
SELECT measure, arg_max(value, revision) AS value, arg_max(judgement, revision) AS judgement, list(value ORDER BY revision) AS values
FROM measures WHERE revision IN (FROM newest) GROUP BY measure ORDER BY measure;
