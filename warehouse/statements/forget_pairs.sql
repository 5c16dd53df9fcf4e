-- Another cap of buckets: which pairs are candidates has to be found anew for every document.
DELETE FROM hot_buckets;
DELETE FROM pairs;
DELETE FROM pending WHERE stage = 'pairs';
INSERT INTO pending SELECT 'pairs', document_id FROM documents;
