-- name: store_version
SELECT coalesce(max(seq), 0) AS version FROM dump_ledger;

-- name: stage_states
-- One row per stage that ever began: the version for which it is complete (-1: for none yet), and the store's version beside it.
SELECT s.stage, s.version, s.fingerprint, s.settings,
       (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS store_version,
       coalesce(pending_documents, 0) AS pending_documents
FROM stages AS s LEFT JOIN (SELECT stage, count(*) AS pending_documents FROM pending GROUP BY stage) USING (stage);

-- name: begin_stage
-- The stage works for these settings from here on; it is not complete for any version.
MERGE INTO stages USING (
    SELECT $stage AS stage, $fingerprint AS fingerprint, $settings AS settings, -1 AS version, (now() AT TIME ZONE 'UTC') AS completed_at
) AS begun USING (stage)
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

-- name: complete_stage
-- The stage is complete for the store as this transaction sees it.
UPDATE stages SET version = (SELECT coalesce(max(seq), 0) FROM dump_ledger), completed_at = (now() AT TIME ZONE 'UTC')
WHERE stage = $stage;
