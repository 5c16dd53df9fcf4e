-- Frame: members (document_id, paper_id). Golden records of these papers, each with its lineage.
FROM spark_papers WHERE paper_id IN (SELECT paper_id FROM members) ORDER BY paper_id;
