-- Frame: clusters_before (document_id, paper_id). The documents, as they are now, whose clusters have to be found anew.
SELECT document_no, document_id, abstract_words, arxiv_id FROM documents
WHERE document_id IN (
    SELECT document_id FROM pending WHERE stage = 'papers' UNION ALL SELECT document_id FROM clusters_before
)
ORDER BY document_no;
