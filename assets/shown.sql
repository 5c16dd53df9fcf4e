-- name: dump_contents
-- One row per location: the dump at the location, and what was found in it. Frame: asked (location).
SELECT l.location, d.format, d.lines,
       (SELECT count(*) FROM records AS r WHERE r.dump_id = l.dump_id) AS records,
       (SELECT count(*) FROM quarantined_records AS q WHERE q.dump_id = l.dump_id) AS quarantined,
       (SELECT count(*) FROM rejected_lines AS j WHERE j.dump_id = l.dump_id) AS rejected_lines
FROM dump_locations AS l JOIN dumps AS d USING (dump_id)
WHERE l.location IN (SELECT location FROM asked)
ORDER BY l.location;

-- name: paper_sizes
-- How many papers have how many records.
SELECT record_count, count(*) AS papers FROM papers GROUP BY record_count ORDER BY record_count;

-- name: largest_papers
-- The records of the five papers with the most records, each with its place.
WITH largest AS (SELECT paper_id, record_count FROM papers WHERE record_count > 1 ORDER BY record_count DESC, paper_id LIMIT 5)
SELECT l.paper_id, l.record_count, r.title, r.abstract, p.name || ':' || r.line_start AS place
FROM largest AS l
JOIN paper_documents AS m USING (paper_id)
JOIN records AS r USING (document_id)
JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS p USING (dump_id)
ORDER BY l.record_count DESC, l.paper_id, place;

-- name: most_repeated
-- The papers with the most records.
SELECT title, record_count, document_count, dump_count, paper_id FROM papers ORDER BY record_count DESC, paper_id LIMIT 10;

-- name: score_counts
-- Compared pairs of documents by judgement and score, in steps of 0.5 log-odds. A step includes its lower end; the first
-- and the last step are open.
SELECT least(greatest(floor(score / 0.5), -24), 23) * 0.5 AS score, judgement, count(*) AS pairs
FROM pairs
GROUP BY ALL ORDER BY ALL;

-- name: duplicate_share_by_revision
-- The duplicate share of each revision, the oldest first.
SELECT revision, value AS duplicate_share FROM measures WHERE measure = 'duplicate_share' ORDER BY revision;

-- name: overlap_of_largest
-- Of a published warehouse: the papers that each two of the 25 dumps with the most records share. The dumps are in order
-- of ingestion.
WITH chosen AS (
    SELECT dump_id FROM (FROM dumps ORDER BY records DESC, dump_no LIMIT 25)
)
SELECT o.left_dump, o.right_dump, o.shared_share, o.shared_papers, l.dump_no AS left_no, r.dump_no AS right_no,
       (SELECT count(*) FROM dumps) AS dumps
FROM dump_overlap AS o
JOIN dumps AS l ON l.dump_id = o.left_dump_id
JOIN dumps AS r ON r.dump_id = o.right_dump_id
WHERE o.left_dump_id IN (FROM chosen) AND o.right_dump_id IN (FROM chosen)
ORDER BY left_no, right_no;

-- name: records_by_year
-- Records by the year of their publication (null if it is not known), and by whether the entry states it.
SELECT year, coalesce(year_source, 'stated') AS year_source, count(*) AS records
FROM records
GROUP BY ALL ORDER BY ALL;

-- name: measures_of
-- Frame: asked (revision). The measures of one revision, one row per measure.
SELECT measure, value FROM measures WHERE revision = (SELECT revision FROM asked) ORDER BY measure;

-- name: record_stored_checks
-- Frame: new_results (check_name, severity, description, failed_rows, is_passed). Results of a version of the store are
-- kept again only if they differ: runs with nothing to do would fill the history with repeats.
INSERT INTO check_results BY NAME
SELECT n.*, v.version, 'store' AS scope, (now() AT TIME ZONE 'UTC') AS checked_at,
       coalesce((SELECT fingerprint FROM stages WHERE stage = 'papers'), '') AS fingerprint
FROM new_results AS n, (SELECT coalesce(max(seq), 0) AS version FROM dump_ledger) AS v
WHERE NOT EXISTS (
    FROM (
        SELECT failed_rows, is_passed, severity FROM check_results AS c
        WHERE c.check_name = n.check_name AND c.version = v.version ORDER BY checked_at DESC LIMIT 1
    ) AS last
    WHERE last.failed_rows = n.failed_rows AND last.is_passed = n.is_passed AND last.severity = n.severity
);
