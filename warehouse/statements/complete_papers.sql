-- Frames: stale_aliases, new_aliases (alias_id, paper_id), new_events (paper_id, event, other_paper_id, changed_columns), changed (kind, id), revision (fingerprint, is_whole).
DELETE FROM paper_aliases WHERE alias_id IN (SELECT alias_id FROM stale_aliases);
INSERT INTO paper_aliases BY NAME SELECT * FROM new_aliases;
INSERT INTO paper_events BY NAME SELECT *, (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision FROM new_events;
INSERT INTO changes SELECT (SELECT coalesce(max(revision), 0) + 1 FROM revisions), kind, id FROM changed;
INSERT INTO revisions BY NAME
SELECT (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision,
       (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS version, fingerprint, is_whole, uuid()::VARCHAR AS revision_id, (now() AT TIME ZONE 'UTC') AS completed_at
FROM revision;
DELETE FROM pending WHERE stage = 'papers';
DROP TABLE former_papers;
