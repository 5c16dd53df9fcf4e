-- What is reported on, in one row.
SELECT revision, revision_id, store_version, published_at, fingerprint,
       (SELECT count(*) FROM dumps) AS dumps, (SELECT count(*) FROM decisions) AS decisions,
       (SELECT count(*) FROM review_pairs) AS review_pairs
FROM publication;
