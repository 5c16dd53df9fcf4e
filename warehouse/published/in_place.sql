-- name: last_revision
-- The newest revision (no row where there is none), and whether what changed after the base ($revision, $revision_id) is
-- known: the base is a revision of this store, no later one was too much to be listed, and it is among the newest $kept,
-- whose changes are kept.
SELECT revision, revision_id,
       EXISTS (SELECT 1 FROM revisions AS b WHERE b.revision = $revision AND b.revision_id = $revision_id)
       AND $revision >= (SELECT coalesce(max(w.revision), 0) FROM revisions AS w WHERE w.is_whole)
       AND $revision >= (SELECT max(m.revision) FROM revisions AS m) - $kept AS is_base_known
FROM revisions ORDER BY revision DESC LIMIT 1;
