-- What was not read, by reason.
SELECT kind, reason_code, count(*) AS times, left(min(what), 120) AS example FROM not_read GROUP BY ALL ORDER BY times DESC, kind, reason_code;
