-- Copies what analysts read from the store into the attached database `published`, in the shape they read it.
-- Frame: publication_facts (schema_version, fingerprint), one row.
CREATE TABLE published.dumps AS
SELECT d.dump_id, l.name, d.format, d.listing, d.listing_date, d.listing_date_raw, d.lines,
       coalesce(r.records, 0) AS records, coalesce(q.quarantined, 0) AS quarantined,
       d.size_bytes, l.locations, d.dump_no, d.ingested_at
FROM dumps AS d
JOIN (SELECT dump_id, min(name) AS name, list_sort(list(location)) AS locations FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
LEFT JOIN (
    SELECT dump_id, count(*) AS records
    FROM (SELECT dump_id FROM records UNION ALL SELECT dump_id FROM quarantined_records)
    GROUP BY dump_id
) AS r USING (dump_id)
LEFT JOIN (SELECT dump_id, count(*) AS quarantined FROM quarantined_records GROUP BY dump_id) AS q USING (dump_id)
ORDER BY d.dump_no;

CREATE TABLE published.line_spans AS SELECT * FROM line_spans ORDER BY dump_id, line_start;
CREATE TABLE published.rejected_lines AS SELECT * FROM rejected_lines ORDER BY dump_id, line;
CREATE TABLE published.notices AS SELECT * FROM notices ORDER BY dump_id, line;
CREATE TABLE published.unreadable_dumps AS SELECT name, location, reason_code, message, seen_at FROM unreadable_dumps ORDER BY name, location;

CREATE TABLE published.records AS
SELECT r.record_id, r.dump_id, r.ordinal, r.line_start, r.line_end, r.title, r.abstract,
       r.published_date, r.date_precision, r.year_source, r.published_raw,
       r.authors, r.author_count, r.organisation, r.venue, r.volume, r.pages, r.year,
       r.doi, r.arxiv_id, r.arxiv_version, r.categories, r.comment_count, r.urls, r.code_urls,
       r.title_raw, r.abstract_raw, r.document_id, m.paper_id
FROM records AS r
LEFT JOIN paper_documents AS m USING (document_id)
ORDER BY r.dump_id, r.line_start;

CREATE TABLE published.quarantined_records AS
SELECT record_id, dump_id, ordinal, line_start, line_end, reason_codes,
       title_raw, abstract_raw, published_raw, authors, author_count, organisation,
       venue, volume, pages, year, doi, arxiv_id, arxiv_version, comment_count
FROM quarantined_records ORDER BY dump_id, line_start;

CREATE TABLE published.papers AS SELECT * FROM papers ORDER BY paper_id;
CREATE TABLE published.paper_lineage AS SELECT * FROM paper_lineage ORDER BY paper_id, column_name, record_id;
CREATE TABLE published.paper_aliases AS SELECT * FROM paper_aliases ORDER BY alias_id;
CREATE TABLE published.hot_buckets AS SELECT * FROM hot_buckets ORDER BY match_key, key;
CREATE TABLE published.measures AS SELECT * FROM measures ORDER BY version, measured_at, measure;
CREATE TABLE published.check_results AS SELECT * FROM check_results ORDER BY checked_at, check_name;

-- Evidence between records. Records of one document are joined to its first record; a pair of documents is
-- told by their first records. So the records of a paper are connected by as few rows as can be.
CREATE TABLE published.duplicate_pairs AS
WITH firsts AS (
    SELECT r.document_id, d.document_no, r.record_id, r.title IS NOT NULL AS has_title,
           first_value(r.record_id) OVER (PARTITION BY r.document_id ORDER BY du.dump_no, r.line_start) AS first_record_id
    FROM records AS r JOIN documents AS d USING (document_id) JOIN dumps AS du USING (dump_id)
),
heads AS (SELECT DISTINCT document_no, first_record_id FROM firsts),
told AS (
    SELECT first_record_id AS a, record_id AS b, 'document' AS match_key,
           1.0::DOUBLE AS similarity, 1.0::DOUBLE AS containment,
           CASE WHEN has_title THEN 1.0::DOUBLE END AS title_similarity,
           'match' AS judgement, 'same_document' AS rule
    FROM firsts WHERE record_id <> first_record_id
    UNION ALL
    SELECT l.first_record_id, r.first_record_id, p.match_key,
           p.similarity, p.containment, p.title_similarity, p.judgement, p.rule
    FROM pairs AS p
    JOIN heads AS l ON l.document_no = p.left_no
    JOIN heads AS r ON r.document_no = p.right_no
)
SELECT least(a, b) AS left_record_id, greatest(a, b) AS right_record_id, * EXCLUDE (a, b),
       (SELECT fingerprint FROM stages WHERE stage = 'pairs') AS settings_fingerprint
FROM told ORDER BY ALL;

CREATE TABLE published.publication AS
SELECT f.schema_version, s.version AS store_version, f.fingerprint, s.settings, (now() AT TIME ZONE 'UTC') AS published_at
FROM stages AS s, publication_facts AS f WHERE s.stage = 'papers';
