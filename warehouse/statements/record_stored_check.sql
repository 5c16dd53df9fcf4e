-- Frame: new_results (check_name, severity, description, failed_rows, is_passed). Kept once for a version of the store, unless
-- it comes out otherwise: runs with nothing to do would fill the history with repeats.
INSERT INTO check_results BY NAME
SELECT n.*, v.version, 'store' AS scope, (now() AT TIME ZONE 'UTC') AS checked_at,
       coalesce((SELECT fingerprint FROM stages WHERE stage = 'papers'), '') AS fingerprint
FROM new_results AS n, (SELECT coalesce(max(seq), 0) AS version FROM dump_ledger) AS v
WHERE NOT EXISTS (
    FROM (
        SELECT failed_rows, is_passed, severity FROM check_results AS c
        WHERE c.check_name = n.check_name AND c.version = v.version ORDER BY checked_at DESC LIMIT 1
    ) AS last
    WHERE last.failed_rows = n.failed_rows AND last.is_passed = n.is_passed AND last.severity = n.severity
);
