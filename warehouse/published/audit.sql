-- name: count_rows
-- How many rows a SELECT ($sql) has.
SELECT count(*) FROM query($sql);
