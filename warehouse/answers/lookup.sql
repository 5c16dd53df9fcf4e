-- name: near_documents
-- Records of the $most documents that have the rarest of $keys in their sketches.
-- Rarer is worth more as `weights_of` of near_texts.py says, which has to give the same number.
WITH hits AS (SELECT key, document FROM lookup_keys WHERE key IN (SELECT unnest($keys::BIGINT[]))),
weighed AS (
    SELECT document, 1 + round(64 * log2((SELECT count(*) FROM records) / count(*) OVER (PARTITION BY key)))::BIGINT AS weight FROM hits
),
chosen AS (SELECT document, sum(weight) AS weight FROM weighed GROUP BY document ORDER BY weight DESC, document LIMIT $most)
SELECT r.document_id, r.record_id, r.paper_id, r.title, r.abstract, d.name AS dump, r.line_start, d.dump_no, r.ordinal
FROM records AS r JOIN dumps AS d USING (dump_id)
-- Found first and fetched by rowid: DuckDB then unpacks the texts of these records alone.
WHERE r.rowid IN (SELECT rowid FROM records WHERE left(document_id, 12) IN (SELECT format('{:012x}', document) FROM chosen));

-- name: version_of_look_ups
-- The settings that this version was made with, and what tells it from others.
SELECT settings, revision_id, fingerprint, store_version, published_at FROM publication;

-- name: how_many_lookup_keys
SELECT count(*) FROM lookup_keys;

-- name: all_lookup_keys
-- Each with the place of its document among documents_of_keys.
WITH documents AS (SELECT document, row_number() OVER (ORDER BY document) - 1 AS place FROM (SELECT DISTINCT document FROM lookup_keys))
SELECT key::UINTEGER AS key, place::INTEGER AS place FROM lookup_keys JOIN documents USING (document) ORDER BY key, place;

-- name: documents_of_keys
SELECT DISTINCT document FROM lookup_keys ORDER BY document;

-- name: rows_of_documents
-- Where the records of each document are, as `lookup_keys` names documents.
SELECT ('0x' || left(document_id, 12))::BIGINT AS document, rowid AS row FROM records ORDER BY document, row;

-- name: records_between
-- As near_documents, each with its row: those of $first to $last.
SELECT r.rowid AS row, r.document_id, r.record_id, r.paper_id, r.title, r.abstract, d.name AS dump, r.line_start, d.dump_no, r.ordinal
FROM records AS r JOIN dumps AS d USING (dump_id) WHERE r.rowid BETWEEN $first AND $last;

-- name: records_at
-- As records_between, of some $rows. A list that is written out would be compared with every row.
SELECT r.rowid AS row, r.document_id, r.record_id, r.paper_id, r.title, r.abstract, d.name AS dump, r.line_start, d.dump_no, r.ordinal
FROM records AS r JOIN dumps AS d USING (dump_id) WHERE r.rowid IN (SELECT unnest($rows::BIGINT[]));
