-- Frames: new_pairs, new_hot.
DELETE FROM pairs;
DELETE FROM hot_buckets;
INSERT INTO pairs BY NAME SELECT * FROM new_pairs;
INSERT INTO hot_buckets BY NAME SELECT * FROM new_hot;
