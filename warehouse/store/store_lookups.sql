-- name: keys_to_search
-- Frames: chosen (document_no), buckets (match_key, key). The keys of these documents and of these buckets.
SELECT key FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen) UNION SELECT key FROM buckets;

-- name: every_bucket
-- All members of the buckets with more than one document, for one part of the keys: counting all keys at once would
-- take gigabytes for millions of documents.
WITH chosen AS (SELECT document_no, match_key, key FROM block_keys WHERE (key & 1023) % $parts = $part)
SELECT document_no, match_key, key FROM chosen WHERE key IN (SELECT key FROM chosen GROUP BY key HAVING count(*) > 1);

-- name: buckets
-- Frame: keys (key). All members of the buckets of these keys that have more than one document. They are found by key
-- first and fetched by rowid, so that only one column is read completely.
WITH held AS (SELECT key, rowid AS row FROM block_keys WHERE key IN (SELECT key FROM keys))
SELECT document_no, match_key, key FROM block_keys
WHERE rowid IN (SELECT row FROM held WHERE key IN (SELECT key FROM held GROUP BY key HAVING count(*) > 1));

-- name: buckets_among
-- Like `buckets`, but searches only some documents, which include all members. Frames: keys (key), searched
-- (document_no).
WITH held AS (
    SELECT key, rowid AS row FROM block_keys
    WHERE document_no IN (SELECT document_no FROM searched) AND key IN (SELECT key FROM keys)
)
SELECT document_no, match_key, key FROM block_keys
WHERE rowid IN (SELECT row FROM held WHERE key IN (SELECT key FROM held GROUP BY key HAVING count(*) > 1));

-- name: hot_buckets_of
-- Frame: chosen (document_no). The hot buckets that contain any of these documents.
SELECT DISTINCT h.match_key, h.key
FROM hot_buckets AS h JOIN block_keys AS k USING (match_key, key)
WHERE k.document_no IN (SELECT document_no FROM chosen);

-- name: hot_among
-- Frame: buckets (match_key, key). The hot ones among these buckets.
SELECT match_key, key FROM hot_buckets SEMI JOIN buckets USING (match_key, key);

-- name: recurring_keys
-- Frame: chosen (document_no). The keys of the titles and abstracts of these documents.
SELECT DISTINCT key FROM block_keys
WHERE match_key IN ('title', 'abstract') AND document_no IN (SELECT document_no FROM chosen);

-- name: every_recurring
-- The keys of the title and the abstract, and the year, of every document.
SELECT b.document_no, b.match_key, b.key, d.year
FROM block_keys AS b JOIN documents AS d USING (document_no) WHERE b.match_key IN ('title', 'abstract');

-- name: recurring
-- Frame: keys (key). The keys of the title and the abstract, and the year, of every document whose title or abstract
-- has one of these keys.
WITH held AS MATERIALIZED (
    SELECT DISTINCT document_no FROM block_keys
    WHERE match_key IN ('title', 'abstract') AND rowid IN (SELECT rowid FROM block_keys WHERE key IN (SELECT key FROM keys))
)
SELECT b.document_no, b.match_key, b.key, d.year
FROM block_keys AS b JOIN documents AS d USING (document_no)
WHERE b.match_key IN ('title', 'abstract') AND b.rowid IN (SELECT rowid FROM block_keys WHERE document_no IN (FROM held));

-- name: recurring_among
-- Like `recurring`, but searches only some documents, which include all wanted ones. Frames: keys (key), searched
-- (document_no).
WITH held AS MATERIALIZED (
    SELECT DISTINCT document_no FROM block_keys
    WHERE match_key IN ('title', 'abstract') AND rowid IN (
        SELECT rowid FROM block_keys WHERE document_no IN (SELECT document_no FROM searched) AND key IN (SELECT key FROM keys)
    )
)
SELECT b.document_no, b.match_key, b.key, d.year
FROM block_keys AS b JOIN documents AS d USING (document_no)
WHERE b.match_key IN ('title', 'abstract') AND b.rowid IN (SELECT rowid FROM block_keys WHERE document_no IN (FROM held));

-- name: listed_documents
-- Frame: chosen (document_no). The dumps that contain these documents and list each paper once, or nearly so.
WITH found AS (
    SELECT document_no, document_uuid FROM documents
    WHERE rowid IN (SELECT rowid FROM documents WHERE document_no IN (SELECT document_no FROM chosen))
),
said AS (
    SELECT DISTINCT document_uuid, dump_id FROM records
    WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_uuid FROM found))
)
SELECT document_no, dump_id, lists_once
FROM found JOIN said USING (document_uuid) JOIN dumps USING (dump_id)
WHERE lists_once > 0;

-- name: pairs_touching
-- Frame: chosen (document_no). The judged pairs that contain any of these documents.
SELECT * FROM pairs
WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen);

-- name: pairs_among
-- Frame: chosen (document_no). The judged pairs of two of these documents.
SELECT * FROM pairs
WHERE left_no IN (SELECT document_no FROM chosen) AND right_no IN (SELECT document_no FROM chosen) ORDER BY left_no, right_no;

-- name: known_evidence
-- Frame: candidates (left_no, right_no). The evidence of those that were compared before. Evidence depends only on the
-- two documents, so it stays valid as long as both exist.
SELECT * EXCLUDE (match_key, score, judgement, rule) FROM pairs SEMI JOIN candidates USING (left_no, right_no);

-- name: contents_of_documents
-- Frame: chosen (document_no). The content of these documents, with the abstract of one of their records: the words are
-- the same in all records of a document.
WITH found AS (
    SELECT * FROM documents WHERE rowid IN (SELECT rowid FROM documents WHERE document_no IN (SELECT document_no FROM chosen))
),
said AS (
    SELECT document_uuid, abstract FROM records
    WHERE rowid IN (SELECT min(rowid) FROM records WHERE document_uuid IN (SELECT document_uuid FROM found) GROUP BY document_uuid)
)
SELECT document_no, title_text, abstract, authors_text, year, venue_text, volume, issue, pages, doi, arxiv_id, pmid
FROM found LEFT JOIN said USING (document_uuid);

-- name: decisions
SELECT left_document_id, right_document_id, decision, decided_by, decided_at FROM decisions ORDER BY ALL;

-- name: clusters_with
-- Frame: named (document_id; invalid ids are ignored). The clusters as they were last found, for all documents in the
-- components that contain a named one. Documents that are gone are included.
WITH known AS (
    SELECT rowid AS row, component_no FROM paper_documents
    WHERE document_uuid IN (SELECT TRY_CAST(document_id AS UUID) FROM named)
)
SELECT document_id, paper_id FROM paper_documents
WHERE rowid IN (
    SELECT row FROM known UNION ALL SELECT rowid FROM paper_documents WHERE component_no IN (SELECT component_no FROM known)
);

-- name: documents_named
-- Frame: named (document_id; invalid ids are ignored). The named documents that the store has, and the place of the
-- first present record of each (dump_no, ordinal).
WITH found AS (
    SELECT document_no, document_id, document_uuid, arxiv_id FROM documents
    WHERE rowid IN (
        SELECT rowid FROM documents WHERE document_uuid IN (SELECT TRY_CAST(document_id AS UUID) FROM named)
    )
),
said AS (
    SELECT document_uuid, dump_id, ordinal FROM records
    WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_uuid FROM found))
),
firsts AS (
    SELECT document_uuid, min(struct_pack(dump_no := dump_no, ordinal := ordinal)) AS place
    FROM said JOIN dumps USING (dump_id) GROUP BY document_uuid
)
SELECT document_no, document_id, arxiv_id, unnest(place)
FROM found JOIN firsts USING (document_uuid)
ORDER BY document_no;

-- name: records_of_documents
-- Frame: named (document_id). All records of these documents, with the columns that papers are made from.
SELECT * EXCLUDE (title_raw, abstract_raw, authors_raw, venue_raw, other_fields, document_uuid) FROM records
WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM named));

-- name: sources_of_dumps
-- The names by which sources can have priority: the label, the listing and the format of each dump.
SELECT dump_id, list_filter([source, listing, format], lambda name: name IS NOT NULL) AS sources FROM dumps;
