-- Frame: shown (versions), one row. Each check as it last ran, and how many rows failed in its newest runs, oldest first.
SELECT check_name, arg_max(severity, checked_at) AS severity, arg_max(description, checked_at) AS description,
       arg_max(failed_rows, checked_at) AS failed_rows, arg_max(is_passed, checked_at) AS is_passed,
       list(failed_rows ORDER BY checked_at)[-(SELECT versions FROM shown):] AS values
FROM check_results GROUP BY check_name ORDER BY is_passed, check_name;
