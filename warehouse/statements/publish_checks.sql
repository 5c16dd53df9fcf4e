-- Frame: history. The checks run on the built file, so their results are the last thing to go into it.
DELETE FROM check_results;
INSERT INTO check_results BY NAME SELECT * FROM history;
