-- Frame: wanted (papers, seed), one row. Documents of the components of that many papers, drawn by the seed.
WITH drawn AS (
    SELECT component_no FROM paper_documents
    WHERE paper_id IN (
        SELECT paper_id FROM papers ORDER BY md5(paper_id || (SELECT seed FROM wanted)) LIMIT (SELECT papers FROM wanted)
    )
)
SELECT document_id FROM paper_documents WHERE component_no IN (SELECT component_no FROM drawn);
