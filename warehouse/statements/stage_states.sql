-- One row a stage that ever completed, and the store's version beside each.
SELECT stage, version, fingerprint, settings,
       (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS store_version
FROM stages;
