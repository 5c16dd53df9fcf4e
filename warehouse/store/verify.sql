-- name: sampled_documents
-- Frame: wanted (papers, seed), one row. All documents in the components of this many papers, drawn by the seed.
WITH drawn AS (
    SELECT component_no FROM paper_documents
    WHERE paper_id IN (
        SELECT paper_id FROM papers ORDER BY md5(paper_id || (SELECT seed FROM wanted)) LIMIT (SELECT papers FROM wanted)
    )
)
SELECT document_id FROM paper_documents WHERE component_no IN (SELECT component_no FROM drawn);

-- name: all_of_documents
-- Frame: chosen (document_id).
SELECT * EXCLUDE (document_uuid) FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen);

-- name: keys_of_documents
-- Frame: chosen (document_no).
SELECT document_no, match_key, key FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen);

-- name: overruled_of
-- Frame: chosen (document_no). What replaces the judgements of pairs of two of these documents.
SELECT left_no, right_no, judgement, rule FROM overruled
WHERE left_no IN (SELECT document_no FROM chosen) AND right_no IN (SELECT document_no FROM chosen);

-- name: clusters_of
-- Frame: chosen (document_id).
SELECT document_id, paper_id FROM paper_documents WHERE document_id IN (SELECT document_id FROM chosen);

-- name: papers_of
-- Frame: chosen (document_id).
SELECT * EXCLUDE (paper_uuid, revision) FROM papers
WHERE paper_id IN (SELECT paper_id FROM paper_documents WHERE document_id IN (SELECT document_id FROM chosen));

-- name: lineage_of
-- Frame: chosen (document_id).
SELECT * EXCLUDE (paper_uuid, revision) FROM paper_lineage
WHERE paper_id IN (SELECT paper_id FROM paper_documents WHERE document_id IN (SELECT document_id FROM chosen));
