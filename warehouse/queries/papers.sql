-- The papers that are listed most often.
SELECT title, record_count, dump_count, published_date
FROM papers ORDER BY record_count DESC, paper_id LIMIT 20;
