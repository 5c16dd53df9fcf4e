-- Settings of another fingerprint: nothing derived from documents may stay beside new keys. The clusters stay, so
-- that the ids that they were published under find their heirs.
DELETE FROM documents;
DELETE FROM block_keys;
DELETE FROM key_index;
DELETE FROM hot_buckets;
DELETE FROM pairs;
DELETE FROM overruled;
UPDATE dumps SET lists_once = NULL;
