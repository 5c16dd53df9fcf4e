-- Frame: chosen (document_no). A title of each; null where no record of it has one.
SELECT d.document_no, d.document_id, min(r.title) AS title
FROM documents AS d JOIN records AS r USING (document_id)
WHERE d.document_no IN (SELECT document_no FROM chosen)
GROUP BY d.document_no, d.document_id;
