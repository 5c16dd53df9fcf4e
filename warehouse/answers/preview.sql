-- name: clustered_documents
-- Every document with its present paper.
SELECT d.document_no, d.document_id, d.arxiv_id, c.paper_id
FROM documents AS d JOIN paper_documents AS c USING (document_id)
ORDER BY d.document_no;

-- name: compared_pairs
-- All pairs with their evidence and their judgement as published.
SELECT p.* EXCLUDE (score, judgement, rule), coalesce(o.judgement, p.judgement) AS judgement_now
FROM pairs AS p LEFT JOIN overruled AS o USING (left_no, right_no)
ORDER BY left_no, right_no;

-- name: titles_to_preview
-- Frame: chosen (document_no). A title of each document; null if none of its records has one.
SELECT d.document_no, d.document_id, min(r.title) AS title
FROM documents AS d JOIN records AS r USING (document_id)
WHERE d.document_no IN (SELECT document_no FROM chosen)
GROUP BY d.document_no, d.document_id;
