-- Settings of another fingerprint: nothing derived from documents may stay beside new keys.
DELETE FROM documents;
DELETE FROM block_keys;
DELETE FROM hot_buckets;
DELETE FROM pairs;
