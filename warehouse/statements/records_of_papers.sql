-- Frame: members (document_id, paper_id). Every record with the paper that it belongs to.
SELECT m.paper_id, r.* EXCLUDE (title_raw, abstract_raw, document_uuid)
FROM records AS r LEFT JOIN members AS m USING (document_id)
WHERE r.rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM members));
