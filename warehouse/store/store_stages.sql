-- name: forget_documents
-- The settings changed: nothing derived from the old documents may be mixed with new keys. The clusters stay, so that
-- their published ids can be passed on.
DELETE FROM documents;
DELETE FROM block_keys;
DELETE FROM key_index;
DELETE FROM hot_buckets;
DELETE FROM pairs;
DELETE FROM overruled;
UPDATE dumps SET lists_once = NULL;

-- name: queue_all
-- Makes everything pending.
DELETE FROM pending;
INSERT INTO pending SELECT DISTINCT 'documents', document_id FROM records;
INSERT INTO pending SELECT DISTINCT 'papers', document_id FROM paper_documents;

-- name: new_documents
-- One row per pending document that a record carries and that the store lacks, in order of ingestion.
WITH queue AS (SELECT DISTINCT document_id::UUID AS document_uuid FROM pending WHERE stage = 'documents'),
known AS (SELECT document_uuid FROM documents WHERE document_uuid IN (FROM queue)),
said AS (
    SELECT document_id, document_uuid, dump_id, ordinal FROM records
    WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (FROM queue))
)
SELECT s.document_id
FROM said AS s JOIN dumps AS d USING (dump_id)
WHERE s.document_uuid NOT IN (FROM known)
GROUP BY s.document_id
ORDER BY min((d.dump_no, s.ordinal));

-- name: add_documents
-- Frames: new_documents (document_no, document_id and the contract's columns), new_keys (the contract's columns).
INSERT INTO documents BY NAME
SELECT * EXCLUDE (abstract_text), document_id::UUID AS document_uuid
FROM new_documents;
INSERT INTO block_keys BY NAME SELECT * FROM new_keys;
-- A number may have belonged to a removed document, whose keys are in the key file: the file counts only below that.
UPDATE key_index SET up_to = least(up_to, (SELECT min(document_no) - 1 FROM new_documents));

-- name: settle_documents
-- Passes the queue on to the next stages, after all new documents were added: once per batch would make the cost grow
-- with the square of the documents. Documents that no record carries any more will be removed with their pairs. Known
-- documents that other records carry now are queued too: evidence from their dumps, and their papers, may have changed.
INSERT INTO pending SELECT 'papers', document_id FROM pending WHERE stage = 'documents';
INSERT INTO pending
SELECT 'pairs', document_id FROM documents
WHERE document_uuid IN (SELECT DISTINCT document_id::UUID FROM pending WHERE stage = 'documents');
DELETE FROM pending WHERE stage = 'documents';

-- name: unlisted_dumps
-- Dumps for which lists_once was not computed yet, with their numbers of records.
SELECT d.dump_id, count(r.record_id) AS records
FROM dumps AS d LEFT JOIN records AS r USING (dump_id)
WHERE d.lists_once IS NULL GROUP BY d.dump_id ORDER BY d.dump_id;

-- name: titles_listed
-- Frame: chosen (dump_id). The documents of each of these dumps, with the values by which repeats are recognised.
SELECT DISTINCT r.dump_id, r.document_uuid::VARCHAR AS document, d.title_text, d.authors_text, d.year
FROM records AS r JOIN documents AS d USING (document_uuid)
WHERE r.dump_id IN (SELECT dump_id FROM chosen);

-- name: note_lists
-- Frame: lists (dump_id, lists_once).
UPDATE dumps SET lists_once = l.lists_once FROM lists AS l WHERE dumps.dump_id = l.dump_id;

-- name: forget_pairs
-- The cap of buckets or the comparison changed: candidates have to be found again for all documents.
DELETE FROM hot_buckets;
DELETE FROM pairs;
DELETE FROM pending WHERE stage = 'pairs';
INSERT INTO pending SELECT 'pairs', document_id FROM documents;

-- name: pairs_from
-- Frame: span (first, last), one row. The pairs whose left document has a number in this span.
SELECT * EXCLUDE (score, judgement, rule) FROM pairs WHERE left_no BETWEEN (SELECT first FROM span) AND (SELECT last FROM span);

-- name: rejudge_pairs
-- Frames: span, as above; new_pairs: its pairs, judged again.
DELETE FROM pairs WHERE left_no BETWEEN (SELECT first FROM span) AND (SELECT last FROM span);
INSERT INTO pairs BY NAME SELECT * FROM new_pairs;

-- name: last_pair
SELECT coalesce(max(left_no), -1) AS left_no FROM pairs;

-- name: touch_papers
-- Judging or merging changed: all clusters have to be found and merged again.
DELETE FROM pending WHERE stage = 'papers';
INSERT INTO pending SELECT 'papers', document_id FROM documents;
INSERT INTO pending SELECT 'papers', document_id FROM paper_documents WHERE document_id NOT IN (SELECT document_id FROM documents);

-- name: pending_pairs
-- The documents in the queue, with their numbers; is_gone: no record carries it any more.
WITH queue AS (SELECT DISTINCT document_id::UUID AS document_uuid FROM pending WHERE stage = 'pairs'),
alive AS (SELECT DISTINCT document_uuid FROM records WHERE document_uuid IN (FROM queue))
SELECT document_no, document_id, document_uuid NOT IN (FROM alive) AS is_gone
FROM documents WHERE rowid IN (SELECT rowid FROM documents WHERE document_uuid IN (FROM queue))
ORDER BY document_no;

-- name: change_pairs
-- Frames: dropped (left_no, right_no): pairs that are no longer candidates; new_pairs: new and changed pairs; touched
-- (document_no): documents whose papers may change; buckets (match_key, key): all buckets that were looked at; new_hot
-- (match_key, key, documents): the hot ones among them; done (document_no): documents that are no longer pending.
INSERT INTO pending SELECT 'papers', document_id FROM documents WHERE document_no IN (SELECT document_no FROM touched);
DELETE FROM pairs WHERE (left_no, right_no) IN (SELECT (left_no, right_no) FROM dropped UNION ALL SELECT (left_no, right_no) FROM new_pairs);
INSERT INTO pairs BY NAME SELECT * FROM new_pairs;
DELETE FROM hot_buckets WHERE (match_key, key) IN (SELECT (match_key, key) FROM buckets);
INSERT INTO hot_buckets BY NAME SELECT * FROM new_hot;
DELETE FROM pending WHERE stage = 'pairs' AND document_id IN (SELECT document_id FROM documents WHERE document_no IN (SELECT document_no FROM done));

-- name: drop_documents
-- Frame: chosen (document_no, document_id): documents that no record carries. `change_pairs` has removed their pairs.
DELETE FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen);
DELETE FROM overruled WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen);
DELETE FROM documents WHERE document_no IN (SELECT document_no FROM chosen);
DELETE FROM pending WHERE stage = 'pairs' AND document_id IN (SELECT document_id FROM chosen);

-- name: changed_documents
-- Documents whose records, pairs or decisions changed since the last clustering; some may be gone.
SELECT DISTINCT document_id FROM pending WHERE stage = 'papers';

-- name: keep_former_papers
-- Frames: clusters_before, members (document_id, paper_id, …). Keeps the present golden records of papers that stay.
CREATE OR REPLACE TEMP TABLE former_papers AS
SELECT * FROM papers
WHERE rowid IN (
    SELECT rowid FROM papers WHERE paper_uuid IN (SELECT paper_id::UUID FROM clusters_before SEMI JOIN members USING (paper_id))
);

-- name: clear_papers
-- Frames: clusters_before (document_id, paper_id), members (document_no, document_id, paper_id, component_no),
-- new_overruled (pairs between members). Replaces the clusters; papers and lineage are added later.
DELETE FROM papers WHERE paper_uuid IN (SELECT paper_id::UUID FROM clusters_before);
DELETE FROM paper_lineage WHERE paper_uuid IN (SELECT paper_id::UUID FROM clusters_before);
DELETE FROM paper_documents WHERE document_uuid IN (SELECT document_id::UUID FROM clusters_before);
INSERT INTO paper_documents BY NAME
SELECT document_id, document_id::UUID AS document_uuid, paper_id, component_no, (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision
FROM members;
DELETE FROM overruled WHERE left_no IN (SELECT document_no FROM members) AND right_no IN (SELECT document_no FROM members);
INSERT INTO overruled BY NAME SELECT * FROM new_overruled;

-- name: former_papers_of
-- Frame: members (document_id, paper_id).
SELECT * FROM former_papers WHERE paper_id IN (SELECT paper_id FROM members);

-- name: add_papers
-- Frames: new_papers, new_lineage. Their revision is the one that `complete_papers` will add.
INSERT INTO papers BY NAME
SELECT *, paper_id::UUID AS paper_uuid, (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision FROM new_papers;
INSERT INTO paper_lineage BY NAME
SELECT *, paper_id::UUID AS paper_uuid, (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision FROM new_lineage;

-- name: aliases_to
-- Frames: papers_before, papers_after (paper_id), documents_after (document_id). The aliases whose target a change of
-- these clusters can affect.
SELECT alias_id, paper_id FROM paper_aliases
WHERE paper_id IN (SELECT paper_id FROM papers_before)
   OR alias_id IN (SELECT paper_id FROM papers_after)
   OR alias_id IN (SELECT document_id FROM documents_after);

-- name: complete_papers
-- Frames: stale_aliases (alias_id), new_aliases (alias_id, paper_id), new_events (paper_id, event, other_paper_id,
-- changed_columns), changed (kind, id), revision (fingerprint, is_whole).
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

-- name: measure
-- The funnel and the shares, one row per measure. Pairs are counted between records, as in `duplicate_pairs`.
WITH counts AS (
    SELECT
        (SELECT count(*) FROM dumps) AS dumps,
        (SELECT coalesce(sum(lines), 0) FROM dumps) AS lines,
        (SELECT count(*) FROM records) + (SELECT count(*) FROM quarantined_records) AS records,
        (SELECT count(*) FROM rejected_lines) AS rejected_lines,
        (SELECT count(*) FROM quarantined_records) AS quarantined,
        (SELECT count(*) FROM records) AS good_records,
        (SELECT count(*) FROM documents) AS documents,
        (SELECT count(*) FROM pairs) AS document_pairs,
        (SELECT count(*) FROM pairs WHERE judgement = 'match') AS document_matches,
        (SELECT count(*) FROM pairs WHERE judgement = 'review') AS reviews,
        (SELECT count(*) FROM papers) AS papers,
        (SELECT count(*) FROM papers WHERE record_count > 1) AS repeated_papers,
        (SELECT coalesce(max(record_count), 0) FROM papers) AS largest_paper_records,
        (SELECT count(*) FROM hot_buckets) AS hot_buckets,
        (SELECT count(*) FROM held_back_dumps) AS held_back_dumps,
        (SELECT count(*) FROM unreadable_dumps) AS unreadable_dumps
)
UNPIVOT (
    SELECT
        dumps::DOUBLE AS dumps, lines::DOUBLE AS lines, records::DOUBLE AS records,
        rejected_lines::DOUBLE AS rejected_lines, quarantined::DOUBLE AS quarantined, documents::DOUBLE AS documents,
        (document_pairs + good_records - documents)::DOUBLE AS candidate_pairs,
        (document_matches + good_records - documents)::DOUBLE AS matches,
        reviews::DOUBLE AS reviews, papers::DOUBLE AS papers, repeated_papers::DOUBLE AS repeated_papers,
        largest_paper_records::DOUBLE AS largest_paper_records, hot_buckets::DOUBLE AS hot_buckets,
        held_back_dumps::DOUBLE AS held_back_dumps, unreadable_dumps::DOUBLE AS unreadable_dumps,
        CASE WHEN lines > 0 THEN rejected_lines / lines ELSE 0 END AS rejected_line_share,
        CASE WHEN records > 0 THEN quarantined / records ELSE 0 END AS quarantined_share,
        CASE WHEN good_records > 0 THEN 1 - papers / good_records ELSE 0 END AS duplicate_share
    FROM counts
) ON COLUMNS(*) INTO NAME measure VALUE value;

-- name: record_measures
-- Frame: new_measures (measure, value, judgement, fingerprint). One set per revision.
INSERT INTO measures BY NAME
SELECT m.*, r.revision, r.version, r.completed_at AS measured_at
FROM new_measures AS m, (FROM revisions ORDER BY revision DESC LIMIT 1) AS r;

-- name: last_measures
-- The measures of the last revision; no row if nothing was ever derived.
SELECT measure, value FROM measures WHERE revision = (SELECT max(revision) FROM revisions);

-- name: store_version
SELECT coalesce(max(seq), 0) AS version FROM dump_ledger;

-- name: stage_states
-- One row per stage that ever began: the version for which it is complete (-1: none yet), the settings that it works
-- for, the store's version, and the number of documents in its queue.
SELECT s.stage, s.version, s.fingerprint, s.settings,
       (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS store_version,
       coalesce(pending_documents, 0) AS pending_documents
FROM stages AS s LEFT JOIN (SELECT stage, count(*) AS pending_documents FROM pending GROUP BY stage) USING (stage);
