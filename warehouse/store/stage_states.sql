-- name: store_version
SELECT coalesce(max(seq), 0) AS version FROM dump_ledger;

-- name: stage_states
-- One row per stage that ever began: the version for which it is complete (-1: for none yet), and the store's version beside it.
SELECT s.stage, s.version, s.fingerprint, s.settings,
       (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS store_version,
       coalesce(pending_documents, 0) AS pending_documents
FROM stages AS s LEFT JOIN (SELECT stage, count(*) AS pending_documents FROM pending GROUP BY stage) USING (stage);
