-- The checks run on the built file, so their results are the last thing to go into it.
DELETE FROM published.check_results;
INSERT INTO published.check_results BY NAME SELECT * FROM check_results ORDER BY checked_at, check_name;
