-- Frame: chosen (document_id).
SELECT * EXCLUDE (paper_uuid, revision) FROM paper_lineage
WHERE paper_id IN (SELECT paper_id FROM paper_documents WHERE document_id IN (SELECT document_id FROM chosen));
