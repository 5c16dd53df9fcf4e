-- Frame: new_measures (measure, value, judgement, fingerprint). One set a version and fingerprint of the store.
DELETE FROM measures
WHERE (version, fingerprint) IN (SELECT (SELECT coalesce(max(seq), 0) FROM dump_ledger), fingerprint FROM new_measures);
INSERT INTO measures BY NAME
SELECT *, (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS version, (now() AT TIME ZONE 'UTC') AS measured_at FROM new_measures;
