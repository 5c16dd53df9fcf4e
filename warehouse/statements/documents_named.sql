-- Frame: named (document_id; one that is no id of a document names none). Those that are here, and where the first living
-- record of each was ingested.
WITH found AS (
    SELECT document_no, document_id, document_uuid, arxiv_id FROM documents
    WHERE rowid IN (
        SELECT rowid FROM documents WHERE document_uuid IN (SELECT TRY_CAST(document_id AS UUID) FROM named)
    )
),
said AS (
    SELECT document_uuid, dump_id, ordinal FROM records
    WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_uuid FROM found))
),
firsts AS (
    SELECT document_uuid, min(struct_pack(dump_no := dump_no, ordinal := ordinal)) AS place
    FROM said JOIN dumps USING (dump_id) GROUP BY document_uuid
)
SELECT document_no, document_id, arxiv_id, unnest(place)
FROM found JOIN firsts USING (document_uuid)
ORDER BY document_no;
