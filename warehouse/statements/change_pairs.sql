-- Frames: dropped (left_no, right_no), new_pairs, touched (document_no), buckets (match_key, key), new_hot (match_key, key,
-- documents), done (document_no): pairs that are candidates no longer, those that are, whom that touches, the buckets that were
-- looked at, the hot ones among them, and the documents that are not pending any more.
INSERT INTO pending SELECT 'papers', document_id FROM documents WHERE document_no IN (SELECT document_no FROM touched);
DELETE FROM pairs WHERE (left_no, right_no) IN (SELECT (left_no, right_no) FROM dropped UNION ALL SELECT (left_no, right_no) FROM new_pairs);
INSERT INTO pairs BY NAME SELECT * FROM new_pairs;
DELETE FROM hot_buckets WHERE (match_key, key) IN (SELECT (match_key, key) FROM buckets);
INSERT INTO hot_buckets BY NAME SELECT * FROM new_hot;
DELETE FROM pending WHERE stage = 'pairs' AND document_id IN (SELECT document_id FROM documents WHERE document_no IN (SELECT document_no FROM done));
