-- name: begin_stage
-- Notes that the stage works for these settings from now on; it is not complete for any version.
MERGE INTO stages USING (
    SELECT $stage AS stage, $fingerprint AS fingerprint, $settings AS settings, -1 AS version, (now() AT TIME ZONE 'UTC') AS completed_at
) AS begun USING (stage)
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

-- name: complete_stage
-- Notes that the stage is complete for the store's version in this transaction.
UPDATE stages SET version = (SELECT coalesce(max(seq), 0) FROM dump_ledger), completed_at = (now() AT TIME ZONE 'UTC')
WHERE stage = $stage;
