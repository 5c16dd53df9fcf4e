-- Frame: new_results (check_name, severity, description, failed_rows, is_passed, fingerprint, scope).
INSERT INTO check_results BY NAME
SELECT *, (SELECT coalesce(max(seq), 0) FROM dump_ledger) AS version, (now() AT TIME ZONE 'UTC') AS checked_at FROM new_results;
