-- What a revision changed in the golden record of a paper that goes on: event `changed`, with the columns.
ALTER TABLE paper_events ADD COLUMN changed_columns VARCHAR[];
-- Papers that are older than their history are told as created by a revision of their own, so that whoever begins to
-- follow is told of all of them.
INSERT INTO revisions BY NAME
SELECT (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision, (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS version,
       '' AS fingerprint, true AS is_whole, uuid()::VARCHAR AS revision_id, (now() AT TIME ZONE 'UTC') AS completed_at
WHERE EXISTS (SELECT 1 FROM paper_documents WHERE paper_id NOT IN (SELECT paper_id FROM paper_events));
INSERT INTO paper_events BY NAME
SELECT DISTINCT (SELECT max(revision) FROM revisions) AS revision, paper_id, 'created' AS event
FROM paper_documents WHERE paper_id NOT IN (SELECT paper_id FROM paper_events);
