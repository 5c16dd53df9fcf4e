-- name: report_publication
-- The subject of the report, in one row.
SELECT revision, revision_id, store_version, published_at, (SELECT arg_max(fingerprint, revision) FROM measures) AS fingerprint,
       (SELECT count(*) FROM dumps) AS dumps, (SELECT count(*) FROM records) AS records, (SELECT count(*) FROM papers) AS papers,
       (SELECT count(*) FROM papers WHERE record_count > 1) AS repeated, (SELECT count(*) FROM decisions) AS decisions,
       (SELECT count(*) FROM review_pairs) AS review_pairs
FROM publication;

-- name: report_lines
-- Frame: shown (dumps), one row. The lines of the newest dumps by fate; the last row (no name) has the sums of all.
WITH fates AS (
    SELECT dump_id, sum(lines) FILTER (fate = 'record') AS record, sum(lines) FILTER (fate = 'furniture') AS furniture,
           sum(lines) FILTER (fate = 'blank') AS blank, sum(lines) FILTER (fate = 'rejected') AS rejected
    FROM line_ledger GROUP BY dump_id
),
newest AS (
    SELECT d.name, d.listing_date, d.lines, d.records, d.quarantined, f.* EXCLUDE (dump_id), d.dump_no
    FROM dumps AS d JOIN fates AS f USING (dump_id) ORDER BY d.dump_no DESC LIMIT (SELECT dumps FROM shown)
)
SELECT * EXCLUDE (dump_no) FROM newest
UNION ALL BY NAME
SELECT sum(lines)::BIGINT AS lines, sum(records)::BIGINT AS records, sum(quarantined)::BIGINT AS quarantined, sum(record) AS record, sum(furniture) AS furniture, sum(blank) AS blank, sum(rejected) AS rejected
FROM dumps JOIN fates USING (dump_id);

-- name: report_changes
-- Frame: shown (since, examples), one row. The changes after a revision: each event, how often, and the first examples.
WITH told AS (
    SELECT c.*, p.abstract, row_number() OVER (PARTITION BY c.event ORDER BY c.paper_title NULLS LAST, c.paper_id, c.revision) AS place,
           count(*) OVER (PARTITION BY c.event) AS times
    FROM paper_changes AS c LEFT JOIN papers AS p ON p.paper_id = c.leads_to WHERE c.revision > (SELECT since FROM shown)
)
SELECT event, times, paper_id, coalesce(paper_title, '“' || left(abstract, 80) || '…”') AS paper_title, other_paper_id, changed_columns FROM told
WHERE place <= (SELECT examples FROM shown) ORDER BY times DESC, event, place;

-- name: report_measures
-- Frame: shown (versions), one row. Each measure with its values in the newest versions, oldest first.
WITH newest AS (SELECT DISTINCT revision FROM measures ORDER BY revision DESC LIMIT (SELECT versions FROM shown))
SELECT measure, arg_max(value, revision) AS value, arg_max(judgement, revision) AS judgement, list(value ORDER BY revision) AS values
FROM measures WHERE revision IN (FROM newest) GROUP BY measure ORDER BY measure;

-- name: report_checks
-- Frame: shown (versions), one row. The last result of each check, and the failed rows of its last runs, oldest first.
SELECT check_name, arg_max(severity, checked_at) AS severity, arg_max(description, checked_at) AS description,
       arg_max(failed_rows, checked_at) AS failed_rows, arg_max(is_passed, checked_at) AS is_passed,
       list(failed_rows ORDER BY checked_at)[-(SELECT versions FROM shown):] AS values
FROM check_results GROUP BY check_name ORDER BY is_passed, check_name;

-- name: report_overlap
-- Frame: shown (dumps), one row. The papers that each two of the newest dumps share (a dump with itself: its papers),
-- oldest first.
WITH newest AS (SELECT dump_id, name, dump_no FROM dumps ORDER BY dump_no DESC LIMIT (SELECT dumps FROM shown)),
held AS (SELECT DISTINCT paper_id, dump_id FROM records WHERE dump_id IN (SELECT dump_id FROM newest)),
sizes AS (SELECT dump_id, count(*) AS papers FROM held GROUP BY dump_id),
shared AS (
    SELECT l.dump_id AS left_id, r.dump_id AS right_id, count(*) AS papers
    FROM held AS l JOIN held AS r USING (paper_id) GROUP BY ALL
)
SELECT ln.name AS left_dump, rn.name AS right_dump, coalesce(s.papers, 0) AS shared_papers,
       coalesce(s.papers / least(ls.papers, rs.papers), 0) AS shared_share
FROM newest AS ln CROSS JOIN newest AS rn
LEFT JOIN shared AS s ON s.left_id = ln.dump_id AND s.right_id = rn.dump_id
LEFT JOIN sizes AS ls ON ls.dump_id = ln.dump_id
LEFT JOIN sizes AS rs ON rs.dump_id = rn.dump_id
ORDER BY ln.dump_no, rn.dump_no;

-- name: report_rules
-- Pairs of records by judgement and rule.
SELECT judgement, rule, count(*) AS pairs FROM duplicate_pairs GROUP BY ALL ORDER BY judgement, pairs DESC, rule;

-- name: report_reasons
-- Unread content by reason, with an example.
WITH reasons AS (SELECT kind, reason_code, count(*) AS times, min(what) AS what FROM not_read GROUP BY ALL)
SELECT kind, reason_code, times,
       CASE WHEN length(what) > 120 THEN regexp_replace(left(what, 120), '\s+\S*$', '') || '…' ELSE what END AS example
FROM reasons ORDER BY times DESC, kind, reason_code;

-- name: report_biggest
-- Frame: shown (examples), one row. The papers with the most records, and the rules of the matches that connect them.
WITH biggest AS (
    SELECT paper_id, title, record_count, dump_count FROM papers WHERE record_count > 1
    ORDER BY record_count DESC, paper_id LIMIT (SELECT examples FROM shown)
),
members AS (SELECT record_id, paper_id FROM records WHERE paper_id IN (SELECT paper_id FROM biggest)),
held AS (
    SELECT l.paper_id, list(DISTINCT e.rule ORDER BY e.rule) AS rules
    FROM duplicate_pairs AS e
    JOIN members AS l ON l.record_id = e.left_record_id
    JOIN members AS r ON r.record_id = e.right_record_id AND r.paper_id = l.paper_id
    WHERE e.judgement = 'match' GROUP BY l.paper_id
)
SELECT b.*, coalesce(h.rules, []) AS rules FROM biggest AS b LEFT JOIN held AS h USING (paper_id) ORDER BY record_count DESC, paper_id;

-- name: report_doubtful
-- Frame: shown (examples), one row. The papers with the weakest matches inside: the lowest probability of being one paper.
WITH held AS (
    SELECT l.paper_id, e.rule, 1 / (1 + exp(-e.score)) AS strength
    FROM duplicate_pairs AS e
    JOIN records AS l ON l.record_id = e.left_record_id
    JOIN records AS r ON r.record_id = e.right_record_id
    WHERE e.judgement = 'match' AND e.rule NOT IN ('same_document', 'decision') AND l.paper_id = r.paper_id
)
SELECT p.paper_id, p.title, p.record_count, arg_min(h.rule, h.strength) AS rule, min(h.strength) AS weakest
FROM held AS h JOIN papers AS p USING (paper_id)
GROUP BY ALL ORDER BY weakest, p.paper_id LIMIT (SELECT examples FROM shown);

-- name: report_review
-- Frame: shown (examples), one row. The most doubtful pairs for review.
SELECT left_title, right_title, left_dump, left_line, right_dump, right_line, rule, score, doubt FROM review_pairs
LIMIT (SELECT examples FROM shown);
