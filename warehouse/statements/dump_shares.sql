-- One row a dump: its entries, and the share of them that is quarantined, with the reason given most often.
SELECT l.name, d.dump_id, count(*) AS entries, count(e.reason) / count(*) AS quarantined_share, mode(e.reason) AS reason
FROM (
    SELECT dump_id, NULL AS reason FROM records
    UNION ALL
    SELECT dump_id, reason_codes[1] FROM quarantined_records
) AS e
JOIN dumps AS d USING (dump_id)
JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
GROUP BY l.name, d.dump_id
ORDER BY quarantined_share DESC, l.name;
