-- Frame: chosen (document_no, document_id). Judged pairs with both ends among the documents; a decision outranks every judgement.
WITH found AS (
    SELECT left_no, right_no, similarity, containment, title_similarity, judgement, rule FROM pairs
    WHERE left_no IN (SELECT document_no FROM chosen) AND right_no IN (SELECT document_no FROM chosen)
),
decided AS (
    SELECT least(l.document_no, r.document_no) AS left_no, greatest(l.document_no, r.document_no) AS right_no,
           CASE d.decision WHEN 'must_link' THEN 'match' ELSE 'non_match' END AS judgement, 'decision' AS rule
    FROM decisions AS d
    JOIN chosen AS l ON l.document_id = d.left_document_id
    JOIN chosen AS r ON r.document_id = d.right_document_id
)
SELECT coalesce(f.left_no, d.left_no) AS left_no, coalesce(f.right_no, d.right_no) AS right_no,
       f.similarity, f.containment, f.title_similarity,
       coalesce(d.judgement, f.judgement) AS judgement, coalesce(d.rule, f.rule) AS rule
FROM found AS f FULL JOIN decided AS d ON d.left_no = f.left_no AND d.right_no = f.right_no
ORDER BY left_no, right_no;
