-- severity: error
-- No alias is a current paper; each leads to a current paper, or to none if all its records were withdrawn.
SELECT a.alias_id, a.paper_id
FROM paper_aliases AS a
LEFT JOIN papers AS p ON p.paper_id = a.paper_id
WHERE (a.paper_id IS NOT NULL AND p.paper_id IS NULL) OR a.alias_id IN (SELECT paper_id FROM papers);
