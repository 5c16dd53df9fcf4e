-- Frame: pair (left_document_id, right_document_id), one row. What is known of two documents, by their first records.
SELECT e.* EXCLUDE (left_record_id, right_record_id, settings_fingerprint)
FROM duplicate_pairs AS e
JOIN records AS l ON l.record_id = e.left_record_id
JOIN records AS r ON r.record_id = e.right_record_id
JOIN pair AS p ON (p.left_document_id, p.right_document_id) IN ((l.document_id, r.document_id), (r.document_id, l.document_id));
