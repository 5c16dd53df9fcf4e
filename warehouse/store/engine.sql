-- name: bytes_a_record
-- Bytes of dumps per good record.
SELECT sum(size_bytes) // greatest((SELECT count(*) FROM records), 1) AS bytes FROM dumps;

-- name: said_by_records
-- Frame: chosen (document_id, place). The content of each document, from one of its records, with numbers that continue
-- from the last document. Rows come in any order. Rows with texts are found first and fetched by rowid, before the join:
-- otherwise DuckDB reads the texts of all records, which takes 2 s for a million.
WITH said AS MATERIALIZED (
    SELECT document_id, title, abstract, authors, year, venue, volume, issue, pages, doi, arxiv_id, pmid, urls,
           publication_type
    FROM records
    WHERE rowid IN (
        SELECT min(rowid) FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen) GROUP BY document_uuid
    )
)
SELECT (SELECT coalesce(max(document_no), 0) FROM documents) + c.place AS document_no, s.*
FROM said AS s JOIN chosen AS c USING (document_id);
