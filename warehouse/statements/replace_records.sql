-- Frames: new_records, new_quarantined: all of them, normalised anew.
DELETE FROM records;
DELETE FROM quarantined_records;
INSERT INTO records BY NAME SELECT * FROM new_records;
INSERT INTO quarantined_records BY NAME SELECT * FROM new_quarantined;
