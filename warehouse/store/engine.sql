-- name: bytes_a_record
-- Bytes of dumps per good record.
SELECT sum(size_bytes) // greatest((SELECT count(*) FROM records), 1) AS bytes FROM dumps;

-- name: said_by_records
-- Frame: chosen (document_id, place). The content of each document, from one of its records, with numbers that continue
-- from the last document. Rows come in any order.
WITH firsts AS (
    SELECT min(rowid) AS row FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen) GROUP BY document_uuid
)
SELECT (SELECT coalesce(max(document_no), 0) FROM documents) + c.place AS document_no,
       document_id, title, abstract, authors, year, venue, volume, issue, pages, doi, arxiv_id, pmid, urls,
       publication_type
FROM records AS r JOIN chosen AS c USING (document_id)
WHERE r.rowid IN (SELECT row FROM firsts);
