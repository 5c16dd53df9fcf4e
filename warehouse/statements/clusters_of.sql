-- Frame: chosen (document_id).
SELECT document_id, paper_id FROM paper_documents WHERE document_id IN (SELECT document_id FROM chosen);
