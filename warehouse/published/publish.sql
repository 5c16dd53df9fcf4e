-- name: choose_all
-- Chooses what to publish: everything.
CREATE OR REPLACE TEMP TABLE chosen_revisions AS SELECT revision FROM revisions UNION SELECT 0;
CREATE OR REPLACE TEMP TABLE chosen_dumps AS SELECT dump_id FROM dumps;
CREATE OR REPLACE TEMP TABLE chosen_documents AS SELECT document_id, document_uuid FROM documents;
CREATE OR REPLACE TEMP TABLE chosen_papers AS SELECT paper_id FROM papers UNION SELECT alias_id FROM paper_aliases;

-- name: choose_changed
-- Frame: base (revision), one row. Chooses what to publish: the changes after it, including ids of removed rows.
CREATE OR REPLACE TEMP TABLE chosen_revisions AS SELECT revision FROM revisions WHERE revision > (SELECT revision FROM base);
CREATE OR REPLACE TEMP TABLE chosen_dumps AS
SELECT DISTINCT id AS dump_id FROM changes WHERE kind = 'dump' AND revision > (SELECT revision FROM base);
CREATE OR REPLACE TEMP TABLE chosen_documents AS
SELECT DISTINCT id AS document_id, id::UUID AS document_uuid FROM changes WHERE kind = 'document' AND revision > (SELECT revision FROM base);
CREATE OR REPLACE TEMP TABLE chosen_papers AS
SELECT DISTINCT id AS paper_id FROM changes WHERE kind = 'paper' AND revision > (SELECT revision FROM base);

-- name: begin_lookup_keys
-- Keys are collected in a temporary table and sorted at the end.
CREATE OR REPLACE TEMP TABLE unsorted_keys (key BIGINT NOT NULL, document BIGINT NOT NULL);

-- name: chosen_numbers
-- The published documents, with their numbers. 48 bits of an id identify it, and take a fifth of the space of its text.
SELECT document_no, ('0x' || left(document_id, 12))::BIGINT AS document FROM documents
WHERE rowid IN (SELECT rowid FROM documents WHERE document_uuid IN (SELECT document_uuid FROM chosen_documents)) ORDER BY document_no;

-- name: add_lookup_keys
-- Frame: new_keys (document, key).
INSERT INTO unsorted_keys BY NAME SELECT * FROM new_keys;

-- name: complete_lookup_keys
CREATE TABLE published.lookup_keys AS FROM unsorted_keys ORDER BY key, document;
DROP TABLE unsorted_keys;

-- name: record_checks
-- Frame: new_results (check_name, severity, description, failed_rows, is_passed, fingerprint, scope).
INSERT INTO check_results BY NAME
SELECT *, (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS version, (now() AT TIME ZONE 'UTC') AS checked_at FROM new_results;

-- name: publish_checks
-- The checks run on the built file, so their results are added to it last.
DELETE FROM published.check_results;
INSERT INTO published.check_results BY NAME SELECT * FROM check_results ORDER BY checked_at, check_name;

-- name: forget_changes
-- Frame: kept (revisions), one row: the number of newest revisions whose changes stay listed.
DELETE FROM changes WHERE revision <= (SELECT max(revision) FROM revisions) - (SELECT revisions FROM kept);
DELETE FROM published_files WHERE revision <= (SELECT max(revision) FROM revisions) - (SELECT revisions FROM kept);

-- name: note_file
INSERT INTO published_files VALUES ($revision, $revision_id, $header);

-- name: noted_headers
SELECT header FROM published_files WHERE revision_id = $revision_id;

-- name: last_revision
-- The newest revision (no row if there is none), and whether the changes after the base ($revision, $revision_id) are
-- known: the base is a revision of this store, no later one changed too much to be listed, and it is among the newest
-- $kept, whose changes are kept.
SELECT revision, revision_id,
       EXISTS (SELECT 1 FROM revisions AS b WHERE b.revision = $revision AND b.revision_id = $revision_id)
       AND $revision >= (SELECT coalesce(max(w.revision), 0) FROM revisions AS w WHERE w.is_whole)
       AND $revision >= (SELECT max(m.revision) FROM revisions AS m) - $kept AS is_base_known
FROM revisions ORDER BY revision DESC LIMIT 1;
