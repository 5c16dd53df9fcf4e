-- name: copy_sources
-- Copies everything that can't be derived from the attached store `old` into this one, which is new.
INSERT INTO dump_ledger BY NAME FROM old.dump_ledger;
INSERT INTO dumps BY NAME FROM old.dumps;
INSERT INTO dump_locations BY NAME FROM old.dump_locations;
INSERT INTO store_home BY NAME FROM old.store_home;
INSERT INTO files_read BY NAME FROM old.files_read;
INSERT INTO withdrawn_dumps BY NAME FROM old.withdrawn_dumps;
INSERT INTO unreadable_dumps BY NAME FROM old.unreadable_dumps;
INSERT INTO held_back_dumps BY NAME FROM old.held_back_dumps;
INSERT INTO accepted_dumps BY NAME FROM old.accepted_dumps;
INSERT INTO line_spans BY NAME FROM old.line_spans;
INSERT INTO rejected_lines BY NAME FROM old.rejected_lines;
INSERT INTO notices BY NAME FROM old.notices;
INSERT INTO records BY NAME FROM old.records;
INSERT INTO quarantined_records BY NAME FROM old.quarantined_records;
INSERT INTO decisions BY NAME FROM old.decisions;
-- Published ids must resolve for ever.
INSERT INTO paper_documents BY NAME FROM old.paper_documents;
INSERT INTO papers BY NAME FROM old.papers WHERE paper_id IN (SELECT paper_id FROM old.paper_documents);
INSERT INTO paper_aliases BY NAME FROM old.paper_aliases;
INSERT INTO paper_events BY NAME FROM old.paper_events;
INSERT INTO revisions BY NAME FROM old.revisions;
INSERT INTO measures BY NAME FROM old.measures;
INSERT INTO check_results BY NAME FROM old.check_results;

-- name: compare_stores
-- The derived tables of this store compared with those of the attached store `old`: one row per table, with the number
-- of rows that only one of them has. Documents are compared by their ids, because their numbers depend on the order in
-- which they were added. Columns are matched by name, because columns that were added later may be in another order.
WITH
old_records AS (FROM records WHERE false UNION ALL BY NAME FROM old.records),
old_quarantined AS (FROM quarantined_records WHERE false UNION ALL BY NAME FROM old.quarantined_records),
old_papers AS (SELECT * EXCLUDE (revision) FROM papers WHERE false UNION ALL BY NAME SELECT * EXCLUDE (revision) FROM old.papers),
old_pairs AS (
    SELECT least(l.document_id, r.document_id) AS a, greatest(l.document_id, r.document_id) AS b, p.* EXCLUDE (left_no, right_no)
    FROM old.pairs AS p JOIN old.documents AS l ON l.document_no = p.left_no JOIN old.documents AS r ON r.document_no = p.right_no
),
new_pairs AS (
    SELECT least(l.document_id, r.document_id) AS a, greatest(l.document_id, r.document_id) AS b, p.* EXCLUDE (left_no, right_no)
    FROM pairs AS p JOIN documents AS l ON l.document_no = p.left_no JOIN documents AS r ON r.document_no = p.right_no
),
old_overruled AS (
    SELECT least(l.document_id, r.document_id) AS a, greatest(l.document_id, r.document_id) AS b, p.judgement, p.rule
    FROM old.overruled AS p JOIN old.documents AS l ON l.document_no = p.left_no JOIN old.documents AS r ON r.document_no = p.right_no
),
new_overruled AS (
    SELECT least(l.document_id, r.document_id) AS a, greatest(l.document_id, r.document_id) AS b, p.judgement, p.rule
    FROM overruled AS p JOIN documents AS l ON l.document_no = p.left_no JOIN documents AS r ON r.document_no = p.right_no
),
old_clusters AS (SELECT document_id, paper_id, min(document_id) OVER (PARTITION BY component_no) AS component FROM old.paper_documents),
new_clusters AS (SELECT document_id, paper_id, min(document_id) OVER (PARTITION BY component_no) AS component FROM paper_documents),
old_keys AS (SELECT d.document_id, k.match_key, k.key FROM old.block_keys AS k JOIN old.documents AS d USING (document_no)),
new_keys AS (SELECT d.document_id, k.match_key, k.key FROM block_keys AS k JOIN documents AS d USING (document_no))
SELECT 'records' AS table_name,
       (SELECT count(*) FROM (FROM old_records EXCEPT ALL FROM records)) AS only_stored,
       (SELECT count(*) FROM (FROM records EXCEPT ALL FROM old_records)) AS only_derived
UNION ALL SELECT 'quarantined_records',
       (SELECT count(*) FROM (FROM old_quarantined EXCEPT ALL FROM quarantined_records)),
       (SELECT count(*) FROM (FROM quarantined_records EXCEPT ALL FROM old_quarantined))
UNION ALL SELECT 'documents',
       (SELECT count(*) FROM (SELECT * EXCLUDE (document_no) FROM old.documents EXCEPT ALL SELECT * EXCLUDE (document_no) FROM documents)),
       (SELECT count(*) FROM (SELECT * EXCLUDE (document_no) FROM documents EXCEPT ALL SELECT * EXCLUDE (document_no) FROM old.documents))
UNION ALL SELECT 'block_keys', (SELECT count(*) FROM (FROM old_keys EXCEPT ALL FROM new_keys)), (SELECT count(*) FROM (FROM new_keys EXCEPT ALL FROM old_keys))
UNION ALL SELECT 'hot_buckets', (SELECT count(*) FROM (FROM old.hot_buckets EXCEPT ALL FROM hot_buckets)), (SELECT count(*) FROM (FROM hot_buckets EXCEPT ALL FROM old.hot_buckets))
UNION ALL SELECT 'pairs', (SELECT count(*) FROM (FROM old_pairs EXCEPT ALL FROM new_pairs)), (SELECT count(*) FROM (FROM new_pairs EXCEPT ALL FROM old_pairs))
UNION ALL SELECT 'overruled', (SELECT count(*) FROM (FROM old_overruled EXCEPT ALL FROM new_overruled)), (SELECT count(*) FROM (FROM new_overruled EXCEPT ALL FROM old_overruled))
UNION ALL SELECT 'clusters', (SELECT count(*) FROM (FROM old_clusters EXCEPT ALL FROM new_clusters)), (SELECT count(*) FROM (FROM new_clusters EXCEPT ALL FROM old_clusters))
UNION ALL SELECT 'papers', (SELECT count(*) FROM (FROM old_papers EXCEPT ALL SELECT * EXCLUDE (revision) FROM papers)), (SELECT count(*) FROM (SELECT * EXCLUDE (revision) FROM papers EXCEPT ALL FROM old_papers))
UNION ALL SELECT 'paper_lineage', (SELECT count(*) FROM (SELECT * EXCLUDE (revision) FROM old.paper_lineage EXCEPT ALL SELECT * EXCLUDE (revision) FROM paper_lineage)), (SELECT count(*) FROM (SELECT * EXCLUDE (revision) FROM paper_lineage EXCEPT ALL SELECT * EXCLUDE (revision) FROM old.paper_lineage))
UNION ALL SELECT 'paper_aliases', (SELECT count(*) FROM (FROM old.paper_aliases EXCEPT ALL FROM paper_aliases)), (SELECT count(*) FROM (FROM paper_aliases EXCEPT ALL FROM old.paper_aliases));
