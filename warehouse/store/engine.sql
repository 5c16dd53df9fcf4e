-- name: said_by_records
-- Frame: chosen (document_id). What one of its records says in each document, numbered on from the last document.
WITH said AS (
    SELECT document_id, any_value(struct_pack(title, abstract, authors, year, venue, volume, issue, pages, doi, arxiv_id, pmid)) AS said
    FROM records WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen))
    GROUP BY document_id
)
SELECT (SELECT coalesce(max(document_no), 0) FROM documents) + c.place AS document_no,
       document_id, unnest(said)
FROM chosen AS c JOIN said USING (document_id)
ORDER BY c.place;
