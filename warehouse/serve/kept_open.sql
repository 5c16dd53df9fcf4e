-- name: opened_database
-- The name under which the published file is attached.
SELECT current_catalog() AS name;
