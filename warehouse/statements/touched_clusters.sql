-- The clusters as they were of every document whose component may have changed. Documents that are gone are among them.
SELECT document_id, paper_id FROM paper_documents
WHERE component_no IN (
    SELECT component_no FROM paper_documents
    WHERE document_id IN (SELECT document_id FROM pending WHERE stage = 'papers')
) OR document_id IN (SELECT document_id FROM pending WHERE stage = 'papers');
