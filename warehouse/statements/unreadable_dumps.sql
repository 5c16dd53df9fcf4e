SELECT location, reason_code, message FROM unreadable_dumps ORDER BY location;
