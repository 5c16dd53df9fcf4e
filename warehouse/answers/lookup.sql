-- name: near_documents
-- Records, one a document, of the $most documents that have the rarest of $keys in their sketches.
WITH hits AS (SELECT key, document FROM lookup_keys WHERE key IN (SELECT unnest($keys::BIGINT[]))),
weighed AS (SELECT document, 1 / count(*) OVER (PARTITION BY key) AS weight FROM hits),
chosen AS (SELECT document, sum(weight) AS weight FROM weighed GROUP BY document ORDER BY weight DESC, document LIMIT $most)
SELECT r.document_id, r.record_id, r.paper_id, r.title, r.abstract, d.name AS dump, r.line_start
FROM records AS r JOIN dumps AS d USING (dump_id)
-- Found first and fetched by rowid: DuckDB then unpacks the texts of these records alone.
WHERE r.rowid IN (SELECT rowid FROM records WHERE left(document_id, 12) IN (SELECT format('{:012x}', document) FROM chosen))
QUALIFY row_number() OVER (PARTITION BY r.document_id ORDER BY d.dump_no, r.ordinal) = 1
ORDER BY r.document_id;
