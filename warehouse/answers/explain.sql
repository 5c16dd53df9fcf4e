-- name: paper_of
-- The paper of a record, a document, or a current or retired paper id ($id).
SELECT paper_id FROM records WHERE record_id = $id OR document_id = $id
UNION
SELECT paper_id FROM paper_aliases WHERE alias_id = $id AND NOT EXISTS (SELECT 1 FROM records WHERE document_id = $id);

-- name: golden_values
-- The row of the paper $paper, with its UUID as text.
SELECT * REPLACE (paper_uuid::VARCHAR AS paper_uuid) FROM papers WHERE paper_id = $paper;

-- name: records_to_explain
-- The records of the papers $papers, in order of ingestion.
SELECT r.record_id, r.document_id, r.paper_id, r.title, r.abstract, r.authors, r.year, r.venue, r.volume, r.issue, r.pages, r.doi, r.arxiv_id, r.pmid, r.published_date, d.name AS dump, d.listing_date, r.line_start, r.line_end
FROM records AS r JOIN dumps AS d USING (dump_id)
WHERE list_contains($papers, r.paper_id)
ORDER BY d.dump_no, r.ordinal;

-- name: evidence_to_explain
-- All pairs that contain one of $records, with the paper and the title of both.
SELECT e.* EXCLUDE (settings_fingerprint),
       l.paper_id AS left_paper_id, r.paper_id AS right_paper_id, l.title AS left_title, r.title AS right_title
FROM duplicate_pairs AS e
JOIN records AS l ON l.record_id = e.left_record_id
JOIN records AS r ON r.record_id = e.right_record_id
WHERE list_contains($records, e.left_record_id) OR list_contains($records, e.right_record_id)
ORDER BY e.score DESC NULLS FIRST, e.left_record_id, e.right_record_id;

-- name: givers
-- The record that gave each value of the paper $paper, and by which rule.
SELECT l.column_name, l.rule, l.record_id, d.name AS dump, r.line_start
FROM paper_lineage AS l JOIN records AS r USING (record_id) JOIN dumps AS d USING (dump_id)
WHERE l.paper_id = $paper ORDER BY l.column_name, d.dump_no, r.ordinal;

-- name: past_of_paper
-- The history of the id $paper and of the ids that lead to it.
SELECT changed_at, event, paper_id, other_paper_id FROM paper_history
WHERE paper_id = $paper OR paper_id IN (SELECT alias_id FROM paper_aliases WHERE paper_id = $paper)
ORDER BY revision, paper_id, event;
