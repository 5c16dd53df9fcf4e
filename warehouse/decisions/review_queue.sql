-- name: review_queue
-- Frame: decided (left_document_id, right_document_id; the smaller id left). The other pairs for review, most doubtful
-- first.
WITH queue AS (
    SELECT least(l.document_id, r.document_id) AS left_document_id, greatest(l.document_id, r.document_id) AS right_document_id, q.*
    FROM review_pairs AS q
    JOIN records AS l ON l.record_id = q.left_record_id
    JOIN records AS r ON r.record_id = q.right_record_id
)
SELECT left_document_id, right_document_id, doubt, rule, score,
       coalesce(left_title, '(no title)') AS left_title, coalesce(right_title, '(no title)') AS right_title
FROM queue ANTI JOIN decided USING (left_document_id, right_document_id)
ORDER BY doubt DESC, score DESC, left_document_id, right_document_id;

-- name: review_rows
-- The pairs for review as undecided rows of a file of decisions, most doubtful first. The smaller id is on the left.
-- $who: decided_by.
WITH queue AS (
    SELECT q.*, list_sort([
        {'id': l.document_id, 'title': q.left_title, 'place': q.left_dump || ':' || q.left_line},
        {'id': r.document_id, 'title': q.right_title, 'place': q.right_dump || ':' || q.right_line}
    ]) AS sides
    FROM review_pairs AS q
    JOIN records AS l ON l.record_id = q.left_record_id
    JOIN records AS r ON r.record_id = q.right_record_id
)
SELECT sides[1].id AS left_document_id, sides[2].id AS right_document_id, '' AS decision, $who AS decided_by, round(doubt, 3) AS doubt, rule,
       sides[1].title AS left_title, sides[2].title AS right_title, sides[1].place AS left_place, sides[2].place AS right_place
FROM queue
ORDER BY queue.doubt DESC, score DESC, left_document_id, right_document_id;

-- name: pair_evidence
-- Frame: pair (left_document_id, right_document_id), one row. The evidence about two documents.
SELECT e.* EXCLUDE (left_record_id, right_record_id, settings_fingerprint)
FROM duplicate_pairs AS e
JOIN records AS l ON l.record_id = e.left_record_id
JOIN records AS r ON r.record_id = e.right_record_id
JOIN pair AS p ON (p.left_document_id, p.right_document_id) IN ((l.document_id, r.document_id), (r.document_id, l.document_id));

-- name: pair_sides
-- Frame: pair (left_document_id, right_document_id), one row. Both documents: texts and facts, mostly from the record
-- listed first, and all their listings.
SELECT r.document_id, arg_min(r.title, (d.dump_no, r.ordinal)) AS title, arg_min(r.abstract, (d.dump_no, r.ordinal)) AS abstract,
       min(r.published_date) AS published_date, max(r.author_count) AS author_count, any_value(r.organisation) AS organisation,
       arg_min(r.authors, (d.dump_no, r.ordinal)) AS authors, arg_min(r.year, (d.dump_no, r.ordinal)) AS year,
       arg_min(r.venue, (d.dump_no, r.ordinal)) AS venue, arg_min(r.volume, (d.dump_no, r.ordinal)) AS volume,
       arg_min(r.issue, (d.dump_no, r.ordinal)) AS issue, arg_min(r.pages, (d.dump_no, r.ordinal)) AS pages,
       arg_min(r.doi, (d.dump_no, r.ordinal)) AS doi, arg_min(r.arxiv_id, (d.dump_no, r.ordinal)) AS arxiv_id,
       arg_min(r.pmid, (d.dump_no, r.ordinal)) AS pmid,
       any_value(r.paper_id) AS paper_id, any_value(p.record_count) AS paper_records,
       list({'dump': d.name, 'listing': d.listing, 'listing_date': d.listing_date, 'line_start': r.line_start, 'line_end': r.line_end}
            ORDER BY d.dump_no, r.ordinal) AS listings
FROM records AS r
JOIN dumps AS d USING (dump_id)
JOIN papers AS p USING (paper_id)
WHERE r.document_id IN (SELECT unnest([left_document_id, right_document_id]) FROM pair)
GROUP BY r.document_id;

-- name: records_of_papers
-- Frame: chosen (paper_id). The first twelve records of each of these papers, in order of ingestion.
SELECT r.paper_id, r.document_id, coalesce(r.title, '(no title)') AS title, d.name AS dump, r.line_start
FROM records AS r JOIN dumps AS d USING (dump_id)
WHERE r.paper_id IN (SELECT paper_id FROM chosen)
QUALIFY row_number() OVER (PARTITION BY r.paper_id ORDER BY d.dump_no, r.ordinal) <= 12
ORDER BY d.dump_no, r.ordinal;

-- name: pairs_between_papers
-- Frame: chosen (paper_id), two papers. The number of pairs between them by judgement.
SELECT e.judgement, count(*) AS pairs
FROM duplicate_pairs AS e
JOIN records AS l ON l.record_id = e.left_record_id
JOIN records AS r ON r.record_id = e.right_record_id
WHERE l.paper_id IN (SELECT paper_id FROM chosen) AND r.paper_id IN (SELECT paper_id FROM chosen) AND l.paper_id <> r.paper_id
GROUP BY ALL ORDER BY e.judgement;

-- name: titles_of_documents
-- Frame: chosen (document_id). The title of each document, or the start of its abstract; no row if it has no record.
SELECT document_id, coalesce(min(title), min(left(abstract, 100))) AS title FROM records
WHERE document_id IN (SELECT document_id FROM chosen) GROUP BY document_id;
