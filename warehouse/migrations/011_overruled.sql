-- What outranks the judgement of a pair is kept as it was found with the clusters, so that publishing states no rule of it
-- again: a person's decision about two documents that are here, and the audit of a cluster. Every cluster is found anew once.
CREATE TABLE overruled (
    left_no BIGINT NOT NULL,
    right_no BIGINT NOT NULL,
    judgement VARCHAR NOT NULL,
    rule VARCHAR NOT NULL       -- decision, or why the audit cut a match
);
DROP TABLE bridges;
INSERT INTO pending SELECT 'papers', document_id FROM documents;
