-- severity: error
-- An alias is no paper itself and leads to a paper that is (or to none, where all of it was withdrawn).
SELECT a.alias_id, a.paper_id
FROM paper_aliases AS a
LEFT JOIN papers AS p ON p.paper_id = a.paper_id
WHERE (a.paper_id IS NOT NULL AND p.paper_id IS NULL) OR a.alias_id IN (SELECT paper_id FROM papers);
