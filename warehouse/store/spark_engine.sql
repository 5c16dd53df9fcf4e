-- name: dumps_of_documents
-- Frame: chosen (document_id). The dumps that contain any of these documents.
SELECT DISTINCT dump_id FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen) ORDER BY dump_id;

-- name: spark_dumps
-- One row per dump that has a record, in order of ingestion. The name `dump` has its id and a hash of its records.
SELECT d.dump_id, d.dump_no, d.dump_id || '-' || format('{:016x}', bit_xor(hash(r))) AS dump, count(*) AS records
FROM dumps AS d JOIN records AS r USING (dump_id)
GROUP BY d.dump_id, d.dump_no ORDER BY d.dump_no;

-- name: spark_records
-- Frame: chosen (dump_id, dump). All records of these dumps.
SELECT r.* EXCLUDE (document_uuid), c.dump FROM records AS r JOIN chosen AS c USING (dump_id);

-- name: spark_documents
-- Frame: chosen (document_id, place). The content of these documents with their keys, and with numbers that continue
-- from the last document. spark_documents: what Spark made from the dumps that contain them. A document that is in
-- several dumps is the same in each.
SELECT (SELECT coalesce(max(document_no), 0) FROM documents) + c.place AS document_no, s.*
FROM chosen AS c JOIN spark_documents AS s USING (document_id)
QUALIFY row_number() OVER (PARTITION BY c.place) = 1
ORDER BY c.place;

-- name: spark_number_pairs
-- The judged pairs in spark_judged, with numbers for documents, and with the columns of the store's pairs in order.
CREATE OR REPLACE TEMP TABLE spark_pairs AS
SELECT * FROM pairs WHERE false
UNION ALL BY NAME
SELECT least(l.document_no, r.document_no) AS left_no, greatest(l.document_no, r.document_no) AS right_no,
       j.* EXCLUDE (left_document_id, right_document_id)
FROM spark_judged AS j
JOIN documents AS l ON l.document_uuid = j.left_document_id::UUID
JOIN documents AS r ON r.document_uuid = j.right_document_id::UUID;

-- name: spark_dropped_pairs
-- Pairs of the store that Spark did not find.
SELECT left_no, right_no FROM pairs EXCEPT SELECT left_no, right_no FROM spark_pairs;

-- name: spark_new_pairs
-- Pairs that the store lacks, or has with a different match key, evidence or judgement.
FROM spark_pairs EXCEPT FROM pairs ORDER BY left_no, right_no;

-- name: spark_looked_at
-- Buckets that are hot in the store or on Spark.
SELECT match_key, key FROM hot_buckets UNION SELECT match_key, key FROM spark_hot_buckets;

-- name: spark_bridges
-- Frame: chosen (document_no, document_id), whole components. The matches between them that were cut.
SELECT least(l.document_no, r.document_no) AS left_no, greatest(l.document_no, r.document_no) AS right_no, a.judgement, a.rule
FROM spark_clustered AS a
JOIN chosen AS l ON l.document_id = a.left_document_id
JOIN chosen AS r ON r.document_id = a.right_document_id
ORDER BY left_no, right_no;

-- name: spark_clusters
-- Frame: chosen (document_no, document_id), whole components. The component and the cluster of each document, named by
-- the smallest number in it and by its id.
SELECT c.document_no,
       min(c.document_no) OVER (PARTITION BY a.component_id) AS component_no,
       min(c.document_no) OVER (PARTITION BY a.paper_id) AS cluster_no,
       document_id, a.component_id, a.paper_id
FROM chosen AS c JOIN spark_clustered AS a USING (document_id)
ORDER BY c.document_no;

-- name: spark_papers
-- Frame: members (document_id, paper_id). The golden records of these papers, each with its lineage.
FROM spark_papers WHERE paper_id IN (SELECT paper_id FROM members) ORDER BY paper_id;
