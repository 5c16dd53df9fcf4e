-- name: known_revisions
SELECT revision, revision_id FROM revisions ORDER BY revision;

-- name: changes_since
-- The changes of papers after the revision $since: at most $most rows (null: all), without the first $skip.
SELECT * FROM paper_changes WHERE revision > $since ORDER BY revision, paper_id, event LIMIT $most OFFSET $skip;
