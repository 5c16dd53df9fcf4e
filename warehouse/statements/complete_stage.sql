-- Frame: completed (stage, fingerprint, settings). The stage is complete for the store as this transaction sees it.
DELETE FROM stages WHERE stage IN (SELECT stage FROM completed);
INSERT INTO stages BY NAME
SELECT *, (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS version, (now() AT TIME ZONE 'UTC') AS completed_at FROM completed;
