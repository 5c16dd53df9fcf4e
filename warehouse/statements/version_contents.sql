SELECT revision, published_at, store_version,
       (SELECT count(*) FROM papers) AS papers, (SELECT count(*) FROM records) AS records, (SELECT count(*) FROM dumps) AS dumps
FROM publication;
