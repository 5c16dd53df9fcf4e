-- Frame: members (document_id, paper_id). Which record gave each value of these papers.
SELECT paper_id, given.column_name, given.record_id, given.rule
FROM (SELECT paper_id, unnest(lineage) AS given FROM lake_papers WHERE paper_id IN (SELECT paper_id FROM members))
ORDER BY ALL;
