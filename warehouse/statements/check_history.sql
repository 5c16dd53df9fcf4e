SELECT * FROM check_results ORDER BY checked_at, check_name;
