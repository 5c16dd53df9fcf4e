-- Frame: named (document_id; one that is no id of a document names none). Clusters as they were last found: all documents of
-- the components that hold a named one. Documents that are gone are among them.
WITH known AS (
    SELECT rowid AS row, component_no FROM paper_documents
    WHERE document_uuid IN (SELECT TRY_CAST(document_id AS UUID) FROM named)
)
SELECT document_id, paper_id FROM paper_documents
WHERE rowid IN (
    SELECT row FROM known UNION ALL SELECT rowid FROM paper_documents WHERE component_no IN (SELECT component_no FROM known)
);
