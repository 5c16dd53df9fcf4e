-- How many papers have how many records.
SELECT record_count, count(*) AS papers FROM papers GROUP BY record_count ORDER BY record_count;
