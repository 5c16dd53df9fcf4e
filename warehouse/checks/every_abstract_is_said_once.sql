-- severity: warn
-- No two papers have word for word the same abstract. Some do, such as numbered parts: look at them.
SELECT abstract, count(*) AS papers, list(paper_id) AS paper_ids
FROM papers WHERE abstract IS NOT NULL GROUP BY abstract HAVING count(*) > 1;
