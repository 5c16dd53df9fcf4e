-- Frame: new_pairs: all of them, judged anew.
DELETE FROM pairs;
INSERT INTO pairs BY NAME SELECT * FROM new_pairs;
