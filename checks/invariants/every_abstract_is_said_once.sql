-- severity: warn
-- No two papers have word for word the same abstract. Some do, such as numbered parts: look at them.
-- Hashes first: to group all texts takes four times as long.
SELECT abstract, count(*) AS papers, list(paper_id) AS paper_ids
FROM papers
WHERE abstract IS NOT NULL
  AND hash(abstract) IN (SELECT hash(abstract) FROM papers WHERE abstract IS NOT NULL GROUP BY ALL HAVING count(*) > 1)
GROUP BY abstract HAVING count(*) > 1;
