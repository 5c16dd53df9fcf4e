-- Frame: assignments (document_no, component_no, cluster_no). A paper's id is that of its document whose first
-- living record was ingested first.
WITH members AS (
    SELECT d.document_id, d.document_uuid, a.cluster_no, a.component_no FROM assignments AS a JOIN documents AS d USING (document_no)
),
said AS (
    SELECT document_uuid, dump_id, ordinal FROM records
    WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_uuid FROM members))
),
firsts AS (
    SELECT m.cluster_no, arg_min(m.document_id, (du.dump_no, r.ordinal)) AS paper_id
    FROM members AS m JOIN said AS r USING (document_uuid) JOIN dumps AS du USING (dump_id)
    GROUP BY m.cluster_no
)
SELECT m.document_id, f.paper_id, m.component_no FROM members AS m JOIN firsts AS f USING (cluster_no);
