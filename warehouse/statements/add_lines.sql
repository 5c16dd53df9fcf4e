-- What a dump says, or a part of one that is taken in parts. Frames: new_spans, new_rejected, new_notices, new_records,
-- new_quarantined (the contracts' columns).
INSERT INTO line_spans BY NAME SELECT * FROM new_spans;
INSERT INTO rejected_lines BY NAME SELECT * FROM new_rejected;
INSERT INTO notices BY NAME SELECT * FROM new_notices;
INSERT INTO records BY NAME SELECT *, document_id::UUID AS document_uuid FROM new_records;
INSERT INTO quarantined_records BY NAME SELECT * FROM new_quarantined;
