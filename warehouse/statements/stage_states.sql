-- One row a stage that ever began: the version for which it is complete (-1: for none yet), and the store's version beside it.
SELECT s.stage, s.version, s.fingerprint, s.settings,
       (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS store_version,
       (SELECT count(*) FROM pending AS p WHERE p.stage = s.stage) AS pending_documents
FROM stages AS s;
