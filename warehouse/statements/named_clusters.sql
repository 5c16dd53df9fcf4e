-- Frame: assignments (document_no, component_no, cluster_no). A paper's id is that of its document whose first
-- living record was ingested first.
WITH firsts AS (
    SELECT a.cluster_no, arg_min(r.document_id, (du.dump_no, r.line_start)) AS paper_id
    FROM assignments AS a
    JOIN documents AS d USING (document_no)
    JOIN records AS r USING (document_id)
    JOIN dumps AS du USING (dump_id)
    GROUP BY a.cluster_no
)
SELECT d.document_id, f.paper_id, a.component_no
FROM assignments AS a JOIN documents AS d USING (document_no) JOIN firsts AS f USING (cluster_no);
