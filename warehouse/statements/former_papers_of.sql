-- Frame: members (document_id, paper_id).
SELECT * FROM former_papers WHERE paper_id IN (SELECT paper_id FROM members);
