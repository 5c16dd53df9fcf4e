-- Of a store or of what it published: the id of its first revision, which no other store has. No row: nothing was ever derived.
SELECT revision_id FROM revisions ORDER BY revision LIMIT 1;
