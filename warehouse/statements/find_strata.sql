-- Pairs of distinct documents that were judged, each with its stratum: weak_match (the third of the matches with the lowest scores), match, review,
-- or near (kept apart, yet the score is not far off). Null: decided by a person, held in one paper by other pairs, or far from a match.
CREATE OR REPLACE TEMP TABLE estimated AS
WITH judged AS (
    SELECT least(l.document_id, r.document_id) AS left_document_id, greatest(l.document_id, r.document_id) AS right_document_id,
           e.judgement, e.score, e.rule = 'decision' AS is_decided, l.paper_id = r.paper_id AS is_one_paper
    FROM duplicate_pairs AS e
    JOIN records AS l ON l.record_id = e.left_record_id
    JOIN records AS r ON r.record_id = e.right_record_id
    WHERE e.rule <> 'same_document'
),
ranked AS (
    SELECT *, ntile(3) OVER (PARTITION BY is_decided, judgement ORDER BY score, left_document_id, right_document_id) AS third FROM judged
)
SELECT left_document_id, right_document_id, is_decided,
       CASE WHEN is_decided THEN NULL
            WHEN judgement = 'match' THEN if(third = 1, 'weak_match', 'match')
            WHEN is_one_paper THEN NULL
            WHEN judgement = 'review' THEN 'review'
            WHEN score > -5 THEN 'near'
       END AS stratum
FROM ranked;
