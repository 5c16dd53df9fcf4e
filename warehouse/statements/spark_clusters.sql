-- Frame: chosen (document_no, document_id), whole components. Component and cluster, each by the smallest number in it and by its id.
SELECT c.document_no,
       min(c.document_no) OVER (PARTITION BY a.component_id) AS component_no,
       min(c.document_no) OVER (PARTITION BY a.paper_id) AS cluster_no,
       document_id, a.component_id, a.paper_id
FROM chosen AS c JOIN spark_clustered AS a USING (document_id)
ORDER BY c.document_no;
