-- Frame: new_clusters (document_no, cluster_no). A paper's id is that of its earliest-ingested document.
SELECT d.document_id, first_one.document_id AS paper_id
FROM new_clusters AS c
JOIN documents AS d USING (document_no)
JOIN documents AS first_one ON first_one.document_no = c.cluster_no;
