-- name: apply_changes
-- Brings `base`, a warehouse of an earlier revision, to the revision of `published`, which has the changes since then.
-- All rows of a changed dump, document or paper are removed and inserted as they are now.
-- Only one search of the base is needed, for documents: the papers to remove are those of the records that it finds.
-- Rows are only added to the history of papers. The keys of a text stay until its last record is gone.
CREATE TEMP TABLE stale_records AS
SELECT rowid AS row, record_id, document_id, paper_id FROM base.records
WHERE rowid IN (SELECT rowid FROM base.records WHERE document_uuid IN (SELECT document_uuid FROM chosen_documents));
CREATE TEMP TABLE stale_papers AS SELECT DISTINCT paper_id::UUID AS paper_uuid FROM stale_records;
CREATE TEMP TABLE keyed_documents AS
SELECT DISTINCT ('0x' || left(document_id, 12))::BIGINT AS document,
       document_id IN (SELECT document_id FROM published.records) AS is_alive
FROM stale_records;
DELETE FROM base.duplicate_pairs
WHERE left_record_id IN (SELECT record_id FROM stale_records) OR right_record_id IN (SELECT record_id FROM stale_records);
DELETE FROM base.records WHERE rowid IN (SELECT row FROM stale_records);
DELETE FROM base.dumps WHERE dump_id IN (FROM chosen_dumps);
DELETE FROM base.line_spans WHERE dump_id IN (FROM chosen_dumps);
DELETE FROM base.rejected_lines WHERE dump_id IN (FROM chosen_dumps);
DELETE FROM base.notices WHERE dump_id IN (FROM chosen_dumps);
DELETE FROM base.quarantined_records WHERE dump_id IN (FROM chosen_dumps);
DELETE FROM base.papers WHERE paper_uuid IN (FROM stale_papers);
DELETE FROM base.paper_lineage WHERE paper_uuid IN (FROM stale_papers);
DELETE FROM base.paper_aliases WHERE alias_id IN (FROM chosen_papers) OR paper_id IN (FROM chosen_papers);
DELETE FROM base.lookup_keys WHERE document IN (SELECT document FROM keyed_documents WHERE NOT is_alive);
DELETE FROM base.unreadable_dumps;
DELETE FROM base.decisions;
DELETE FROM base.revisions;
DELETE FROM base.hot_buckets;
DELETE FROM base.measures;
DELETE FROM base.check_results;
DELETE FROM base.publication;

INSERT INTO base.duplicate_pairs BY NAME FROM published.duplicate_pairs;
INSERT INTO base.records BY NAME FROM published.records;
INSERT INTO base.dumps BY NAME FROM published.dumps;
INSERT INTO base.line_spans BY NAME FROM published.line_spans;
INSERT INTO base.rejected_lines BY NAME FROM published.rejected_lines;
INSERT INTO base.notices BY NAME FROM published.notices;
INSERT INTO base.quarantined_records BY NAME FROM published.quarantined_records;
INSERT INTO base.papers BY NAME FROM published.papers;
INSERT INTO base.paper_lineage BY NAME FROM published.paper_lineage;
INSERT INTO base.paper_aliases BY NAME FROM published.paper_aliases;
INSERT INTO base.paper_history BY NAME FROM published.paper_history;
INSERT INTO base.lookup_keys BY NAME FROM published.lookup_keys WHERE document NOT IN (SELECT document FROM keyed_documents);
INSERT INTO base.unreadable_dumps BY NAME FROM published.unreadable_dumps;
INSERT INTO base.decisions BY NAME FROM published.decisions;
INSERT INTO base.revisions BY NAME FROM published.revisions;
INSERT INTO base.hot_buckets BY NAME FROM published.hot_buckets;
INSERT INTO base.measures BY NAME FROM published.measures;
INSERT INTO base.check_results BY NAME FROM published.check_results;
INSERT INTO base.publication BY NAME FROM published.publication;
DROP TABLE keyed_documents;
DROP TABLE stale_papers;
DROP TABLE stale_records;
