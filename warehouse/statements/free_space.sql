-- Share of the store's file that holds nothing; a small file is never worth rewriting.
SELECT CASE WHEN total_blocks * block_size < 64_000_000 THEN 0 ELSE free_blocks / total_blocks END AS free_share
FROM pragma_database_size() WHERE database_name = current_database();
