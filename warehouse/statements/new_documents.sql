-- One row a document that is pending, that a record carries and that the store lacks, in order of ingestion.
WITH queue AS (SELECT DISTINCT document_id::UUID AS document_uuid FROM pending WHERE stage = 'documents'),
known AS (SELECT document_uuid FROM documents WHERE document_uuid IN (FROM queue)),
said AS (
    SELECT document_id, document_uuid, dump_id, ordinal FROM records
    WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (FROM queue))
)
SELECT s.document_id
FROM said AS s JOIN dumps AS d USING (dump_id)
WHERE s.document_uuid NOT IN (FROM known)
GROUP BY s.document_id
ORDER BY min((d.dump_no, s.ordinal));
