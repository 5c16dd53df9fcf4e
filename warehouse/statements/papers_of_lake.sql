-- Frame: members (document_id, paper_id). Golden records of these papers.
SELECT * EXCLUDE (lineage) FROM lake_papers WHERE paper_id IN (SELECT paper_id FROM members) ORDER BY paper_id;
