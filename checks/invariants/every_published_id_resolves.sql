-- severity: error
-- Each paper id that was ever published is a current paper or an alias.
SELECT DISTINCT h.paper_id
FROM paper_history AS h
WHERE h.paper_id NOT IN (SELECT paper_id FROM papers) AND h.paper_id NOT IN (SELECT alias_id FROM paper_aliases)
ORDER BY h.paper_id;
