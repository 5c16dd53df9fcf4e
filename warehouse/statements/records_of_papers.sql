-- Frame: new_members (document_id, paper_id). Every record with the paper that it belongs to.
SELECT m.paper_id, r.* FROM records AS r JOIN new_members AS m USING (document_id);
