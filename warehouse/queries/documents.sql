-- The contents that most records carry word for word.
SELECT document_id, count(*) AS records, any_value(title) AS title
FROM records GROUP BY document_id ORDER BY records DESC, document_id LIMIT 20;
