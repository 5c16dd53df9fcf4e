-- severity: warn
-- No two papers have exactly the same abstract. Some do legitimately, such as numbered parts.
-- Abstracts are hashed first, because grouping all texts takes four times as long. MATERIALIZED: hash them only once,
-- because unpacking the texts takes most of the time.
WITH hashes AS MATERIALIZED (SELECT rowid AS place, hash(abstract) AS key FROM papers WHERE abstract IS NOT NULL)
SELECT abstract, count(*) AS papers, list(paper_id) AS paper_ids
FROM papers
WHERE rowid IN (
    SELECT place FROM hashes WHERE key IN (SELECT key FROM hashes GROUP BY key HAVING count(*) > 1)
)
GROUP BY abstract HAVING count(*) > 1;
