-- name: near_documents
-- The records of the $most documents that have the rarest of $keys in their sketches.
-- A key's weight must be the same number that `weights_of` in near_texts.py computes.
WITH hits AS (SELECT key, document FROM lookup_keys WHERE key IN (SELECT unnest($keys::BIGINT[]))),
weighed AS (
    SELECT document, 1 + round(64 * log2((SELECT count(*) FROM records) / count(*) OVER (PARTITION BY key)))::BIGINT AS weight FROM hits
),
chosen AS (SELECT document, sum(weight) AS weight FROM weighed GROUP BY document ORDER BY weight DESC, document LIMIT $most)
SELECT r.document_id, r.record_id, r.paper_id, r.title, r.abstract, d.name AS dump, r.line_start, d.dump_no, r.ordinal
FROM records AS r JOIN dumps AS d USING (dump_id)
-- Found first and fetched by rowid, so that DuckDB unpacks only the texts of these records.
WHERE r.rowid IN (SELECT rowid FROM records WHERE left(document_id, 12) IN (SELECT format('{:012x}', document) FROM chosen));

-- name: version_of_look_ups
-- The settings that this version was made with, and the values that identify it.
SELECT settings, revision_id, fingerprint, store_version, published_at FROM publication;

-- name: how_many_lookup_keys
SELECT count(*) FROM lookup_keys;

-- name: all_lookup_keys
-- All keys, each with the place of its document in documents_of_keys, from 0.
WITH documents AS (SELECT document, row_number() OVER (ORDER BY document) - 1 AS place FROM (SELECT DISTINCT document FROM lookup_keys))
SELECT key::UINTEGER AS key, place::INTEGER AS place FROM lookup_keys JOIN documents USING (document) ORDER BY key, place;

-- name: documents_of_keys
SELECT DISTINCT document FROM lookup_keys ORDER BY document;

-- name: rows_of_documents
-- The rows of each document's records. Documents have the same numbers as in `lookup_keys`.
SELECT ('0x' || left(document_id, 12))::BIGINT AS document, rowid AS row FROM records ORDER BY document, row;

-- name: records_between
-- The records in rows $first to $last, as in near_documents, each with its row.
SELECT r.rowid AS row, r.document_id, r.record_id, r.paper_id, r.title, r.abstract, d.name AS dump, r.line_start, d.dump_no, r.ordinal
FROM records AS r JOIN dumps AS d USING (dump_id) WHERE r.rowid BETWEEN $first AND $last;

-- name: records_at
-- The same for some $rows, which are a subquery because a plain list would be compared with every row.
SELECT r.rowid AS row, r.document_id, r.record_id, r.paper_id, r.title, r.abstract, d.name AS dump, r.line_start, d.dump_no, r.ordinal
FROM records AS r JOIN dumps AS d USING (dump_id) WHERE r.rowid IN (SELECT unnest($rows::BIGINT[]));
