-- name: store_version
SELECT coalesce(max(seq), 0) AS version FROM dump_ledger;

-- name: stage_states
-- One row per stage that ever began: the version for which it is complete (-1: for none yet), and the store's version beside it.
SELECT s.stage, s.version, s.fingerprint, s.settings,
       (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS store_version,
       (SELECT count(*) FROM pending AS p WHERE p.stage = s.stage) AS pending_documents
FROM stages AS s;

-- name: begin_stage
-- Frame: begun (stage, fingerprint, settings). The stage works for these settings from here on; it is not complete for any version.
DELETE FROM stages WHERE stage IN (SELECT stage FROM begun);
INSERT INTO stages BY NAME SELECT *, -1 AS version, (now() AT TIME ZONE 'UTC') AS completed_at FROM begun;

-- name: complete_stage
-- Frame: completed (stage, fingerprint, settings). The stage is complete for the store as this transaction sees it.
DELETE FROM stages WHERE stage IN (SELECT stage FROM completed);
INSERT INTO stages BY NAME
SELECT *, (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS version, (now() AT TIME ZONE 'UTC') AS completed_at FROM completed;
