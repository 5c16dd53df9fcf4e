-- name: find_strata
-- The judged pairs of distinct documents, each with its stratum: weak_match (the third of the matches with the lowest
-- scores), match, review, or near (not a match, but close to one). Null: decided by a person, in one paper because of
-- other pairs, or far from a match.
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

-- name: strata_sizes
SELECT stratum, count(*) AS pairs FROM estimated WHERE stratum IS NOT NULL GROUP BY stratum;

-- name: draw_pairs
-- Frame: wanted (stratum, pairs); $seed. This number of pairs from each stratum, in an order that hides the stratum.
WITH drawn AS (
    SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY md5(left_document_id || right_document_id || $seed)) AS place FROM estimated
)
SELECT d.left_document_id, d.right_document_id, d.stratum
FROM drawn AS d JOIN wanted AS w ON w.stratum = d.stratum AND d.place <= w.pairs
ORDER BY md5($seed || d.left_document_id || d.right_document_id);

-- name: sides_to_label
-- Frame: chosen (document_id). The facts that a person needs to judge each document, from its first listed record.
SELECT r.document_id, r.title, array_to_string(r.authors, '; ') AS authors, coalesce(r.year, year(r.published_date)) AS year, r.venue, r.abstract,
       d.name AS dump, r.line_start AS line
FROM records AS r
JOIN dumps AS d USING (dump_id)
WHERE r.document_id IN (SELECT document_id FROM chosen)
QUALIFY row_number() OVER (PARTITION BY r.document_id ORDER BY d.dump_no, r.ordinal) = 1;

-- name: strata_of_pairs
-- Frame: labelled (left_document_id, right_document_id). The strata of those pairs that still exist.
SELECT left_document_id, right_document_id, e.is_decided, e.stratum AS stratum_now
FROM labelled JOIN estimated AS e USING (left_document_id, right_document_id);
