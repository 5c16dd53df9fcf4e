-- Frame: chosen (document_no, document_id), whole components. Component and cluster, each by the smallest number in it.
SELECT c.document_no,
       min(c.document_no) OVER (PARTITION BY l.component_id) AS component_no,
       min(c.document_no) OVER (PARTITION BY l.paper_id) AS cluster_no
FROM chosen AS c JOIN lake_clusters AS l USING (document_id)
ORDER BY c.document_no;
