-- Frame: decided (left_document_id, right_document_id; the smaller id left). Pairs to review but these, most doubtful first.
WITH queue AS (
    SELECT least(l.document_id, r.document_id) AS left_document_id, greatest(l.document_id, r.document_id) AS right_document_id, q.*
    FROM review_pairs AS q
    JOIN records AS l ON l.record_id = q.left_record_id
    JOIN records AS r ON r.record_id = q.right_record_id
)
SELECT left_document_id, right_document_id, doubt FROM queue ANTI JOIN decided USING (left_document_id, right_document_id)
ORDER BY doubt DESC, score DESC, left_document_id, right_document_id;
