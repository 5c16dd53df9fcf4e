SELECT document_id, paper_id FROM paper_documents;
