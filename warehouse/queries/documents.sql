-- The documents that most records carry.
SELECT document_id, count(*) AS records, any_value(title) AS title
FROM records GROUP BY document_id ORDER BY records DESC, document_id LIMIT 20;
