-- Every document with its paper as it is.
SELECT d.document_no, d.document_id, d.arxiv_id, c.paper_id
FROM documents AS d JOIN paper_documents AS c USING (document_id)
ORDER BY d.document_no;
