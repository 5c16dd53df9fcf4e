-- name: build_published
-- Builds the tables that analysts read in the attached database `published`: the chosen dumps, documents and papers
-- (all of them, or those that changed) with everything that belongs to them. Rows with texts are found first and
-- fetched by rowid, so that DuckDB unpacks only these texts and not the whole column.
-- Frames: publication_facts (schema_version, fingerprint, last_published_at), one row; record_columns: no rows, the
-- contract's columns of records in order. The empty tables `records` and `papers` exist already, made from their contracts.
CREATE TABLE published.dumps AS
SELECT d.dump_id, l.name, d.format, d.listing, d.listing_date, d.listing_date_raw, d.source, d.query, d.searched_on, d.phase, d.lines,
       coalesce(r.records, 0) AS records, coalesce(q.quarantined, 0) AS quarantined,
       h.message AS held_back, d.size_bytes, l.locations, d.dump_no, d.ingested_at
FROM dumps AS d
JOIN (SELECT dump_id, min(name) AS name, list_sort(list(location)) AS locations FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
LEFT JOIN (
    SELECT dump_id, count(*) AS records
    FROM (SELECT dump_id FROM records UNION ALL SELECT dump_id FROM quarantined_records)
    WHERE dump_id IN (FROM chosen_dumps)
    GROUP BY dump_id
) AS r USING (dump_id)
LEFT JOIN (SELECT dump_id, count(*) AS quarantined FROM quarantined_records GROUP BY dump_id) AS q USING (dump_id)
LEFT JOIN held_back_dumps AS h USING (dump_id)
WHERE d.dump_id IN (FROM chosen_dumps)
ORDER BY d.dump_no;

CREATE TABLE published.line_spans AS SELECT * FROM line_spans WHERE dump_id IN (FROM chosen_dumps) ORDER BY dump_id, line_start;
CREATE TABLE published.rejected_lines AS SELECT * FROM rejected_lines WHERE dump_id IN (FROM chosen_dumps) ORDER BY dump_id, line;
CREATE TABLE published.notices AS SELECT * FROM notices WHERE dump_id IN (FROM chosen_dumps) ORDER BY dump_id, line;
CREATE TABLE published.unreadable_dumps AS SELECT name, location, reason_code, message, seen_at FROM unreadable_dumps ORDER BY name, location;

INSERT INTO published.records BY NAME
SELECT r.*, m.paper_id
FROM records AS r
LEFT JOIN (SELECT document_uuid, paper_id FROM paper_documents WHERE revision IN (FROM chosen_revisions)) AS m USING (document_uuid)
WHERE r.rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_uuid FROM chosen_documents));

-- The values as listed, without those derived from them.
CREATE TABLE published.quarantined_records AS
SELECT record_id, dump_id, ordinal, line_start, line_end, reason_codes, coalesce(title_raw, title) AS title_raw,
       coalesce(abstract_raw, abstract) AS abstract_raw, published_raw,
       * EXCLUDE (record_id, dump_id, ordinal, line_start, line_end, reason_codes, title_raw, abstract_raw, published_raw,
                  title, abstract, published_date, date_precision, year_source, categories, urls, code_urls, document_id)
FROM (FROM record_columns UNION ALL BY NAME FROM quarantined_records WHERE dump_id IN (FROM chosen_dumps))
ORDER BY dump_id, line_start;

-- A revision writes all rows of the papers that it touches.
INSERT INTO published.papers BY NAME SELECT * EXCLUDE (revision) FROM papers WHERE revision IN (FROM chosen_revisions);
CREATE TABLE published.paper_lineage AS
SELECT * EXCLUDE (revision) FROM paper_lineage WHERE revision IN (FROM chosen_revisions);
CREATE TABLE published.paper_aliases AS
SELECT * FROM paper_aliases WHERE alias_id IN (FROM chosen_papers) OR paper_id IN (FROM chosen_papers) ORDER BY alias_id;
CREATE TABLE published.paper_history AS
SELECT e.revision, v.completed_at AS changed_at, e.paper_id, e.event, e.other_paper_id, e.changed_columns
FROM paper_events AS e JOIN revisions AS v USING (revision)
WHERE e.revision IN (FROM chosen_revisions) ORDER BY e.revision, e.paper_id, e.event;
CREATE TABLE published.decisions AS SELECT * FROM decisions ORDER BY decided_at, left_document_id, right_document_id;
CREATE TABLE published.revisions AS SELECT revision, revision_id, completed_at AS changed_at FROM revisions ORDER BY revision;
CREATE TABLE published.hot_buckets AS SELECT * FROM hot_buckets ORDER BY match_key, key;
CREATE TABLE published.measures AS SELECT * FROM measures ORDER BY revision, measure;
CREATE TABLE published.check_results AS SELECT * FROM check_results ORDER BY checked_at, check_name;

-- Evidence between records. The other records of a document are paired with its first record; a pair of documents
-- becomes the pair of their first records. So the records of a paper are connected by as few rows as possible.
CREATE TABLE published.duplicate_pairs AS
WITH chosen AS (SELECT document_no FROM documents WHERE document_uuid IN (SELECT document_uuid FROM chosen_documents)),
touching AS (
    FROM pairs WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen)
),
outranking AS (
    FROM overruled WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen)
),
judged AS (
    SELECT left_no, right_no, t.* EXCLUDE (left_no, right_no, match_key, judgement, rule), coalesce(t.match_key, 'decision') AS match_key,
           coalesce(o.judgement, t.judgement) AS judgement, coalesce(o.rule, t.rule) AS rule
    FROM touching AS t FULL JOIN outranking AS o USING (left_no, right_no)
),
concerned AS MATERIALIZED (
    SELECT document_no, document_uuid FROM documents
    WHERE document_no IN (FROM chosen UNION ALL SELECT left_no FROM judged UNION ALL SELECT right_no FROM judged)
),
said AS (
    SELECT document_uuid, record_id, dump_id, ordinal FROM records
    WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_uuid FROM concerned))
),
firsts AS (
    SELECT d.document_no, d.document_uuid, arg_min(r.record_id, (du.dump_no, r.ordinal)) AS first_record_id
    FROM concerned AS d JOIN said AS r USING (document_uuid) JOIN dumps AS du USING (dump_id)
    GROUP BY d.document_no, d.document_uuid
),
told AS (
    SELECT f.first_record_id AS a, r.record_id AS b, 'document' AS match_key,
           CASE WHEN r.abstract IS NOT NULL THEN 1.0::DOUBLE END AS similarity,
           CASE WHEN r.abstract IS NOT NULL THEN 1.0::DOUBLE END AS containment,
           CASE WHEN r.title IS NOT NULL THEN 1.0::DOUBLE END AS title_similarity,
           'match' AS judgement, 'same_document' AS rule
    FROM published.records AS r JOIN firsts AS f ON f.document_uuid = r.document_uuid
    WHERE r.record_id <> f.first_record_id
    UNION ALL BY NAME
    SELECT l.first_record_id AS a, r.first_record_id AS b, p.* EXCLUDE (left_no, right_no)
    FROM judged AS p
    JOIN firsts AS l ON l.document_no = p.left_no
    JOIN firsts AS r ON r.document_no = p.right_no
)
SELECT least(a, b) AS left_record_id, greatest(a, b) AS right_record_id, * EXCLUDE (a, b),
       (SELECT fingerprint FROM stages WHERE stage = 'pairs') AS settings_fingerprint
FROM told ORDER BY ALL;

CREATE TABLE published.publication AS
SELECT f.schema_version, v.revision, v.revision_id, v.version AS store_version, f.fingerprint, s.settings,
       greatest(now() AT TIME ZONE 'UTC', f.last_published_at + INTERVAL 1 microsecond) AS published_at  -- clocks can go back
FROM stages AS s, publication_facts AS f, (FROM revisions ORDER BY revision DESC LIMIT 1) AS v WHERE s.stage = 'papers';
