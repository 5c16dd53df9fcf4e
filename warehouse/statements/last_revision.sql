-- Frame: base (revision, revision_id, kept), one row. The newest revision (no row where there is none), and whether what
-- changed after the base is known: the base is a revision of this store, no later one was too much to be listed, and
-- it is among the newest, whose changes are kept.
SELECT revision, revision_id,
       EXISTS (SELECT 1 FROM revisions SEMI JOIN base USING (revision, revision_id))
       AND (SELECT b.revision FROM base AS b) >= (SELECT coalesce(max(w.revision), 0) FROM revisions AS w WHERE w.is_whole)
       AND (SELECT b.revision FROM base AS b) >= (SELECT max(m.revision) FROM revisions AS m) - (SELECT b.kept FROM base AS b) AS is_base_known
FROM revisions ORDER BY revision DESC LIMIT 1;
