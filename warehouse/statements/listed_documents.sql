-- Frame: chosen (document_no). Where these documents stand in dumps that list a paper once, or nearly so.
WITH found AS (
    SELECT document_no, document_uuid FROM documents
    WHERE rowid IN (SELECT rowid FROM documents WHERE document_no IN (SELECT document_no FROM chosen))
),
said AS (
    SELECT DISTINCT document_uuid, dump_id FROM records
    WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_uuid FROM found))
)
SELECT document_no, dump_id, lists_once
FROM found JOIN said USING (document_uuid) JOIN dumps USING (dump_id)
WHERE lists_once > 0;
