-- Frame: clusters_before (document_id, paper_id). The documents, as they are now, whose clusters have to be found anew.
SELECT document_no, document_id, abstract_words, arxiv_id FROM documents
WHERE rowid IN (
    SELECT rowid FROM documents WHERE document_uuid IN (
        SELECT TRY_CAST(document_id AS UUID) FROM pending WHERE stage = 'papers' UNION ALL SELECT document_id::UUID FROM clusters_before
    )
)
ORDER BY document_no;
