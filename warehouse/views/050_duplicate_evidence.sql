-- Grain: one row per pair of records that were compared or carry the same document. Similarities are shares in [0, 1];
-- score: log-odds that the two are one paper, null if both carry the same document or only a decision links them.
CREATE VIEW duplicate_evidence AS
SELECT e.judgement, e.rule, e.match_key, e.similarity, e.containment, e.title_similarity, e.score,
       ld.name AS left_dump, l.line_start AS left_line, l.title AS left_title,
       rd.name AS right_dump, r.line_start AS right_line, r.title AS right_title,
       l.paper_id = r.paper_id AS is_one_paper,
       e.left_record_id, e.right_record_id
FROM duplicate_pairs AS e
JOIN records AS l ON l.record_id = e.left_record_id
JOIN records AS r ON r.record_id = e.right_record_id
JOIN dumps AS ld ON ld.dump_id = l.dump_id
JOIN dumps AS rd ON rd.dump_id = r.dump_id;
COMMENT ON VIEW duplicate_evidence IS 'One row per pair of records that were compared or carry the same document: both records, their dumps, evidence, score and rule. Source: duplicate_pairs, records, dumps.';
