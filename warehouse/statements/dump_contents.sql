-- One row a location: the dump that it holds, and what was found in it. Frame: asked (location).
SELECT l.location, l.dump_id, d.format, d.listing, d.listing_date, d.lines,
       (SELECT count(*) FROM records AS r WHERE r.dump_id = l.dump_id) AS records,
       (SELECT count(*) FROM quarantined_records AS q WHERE q.dump_id = l.dump_id) AS quarantined,
       (SELECT count(*) FROM rejected_lines AS j WHERE j.dump_id = l.dump_id) AS rejected_lines
FROM dump_locations AS l JOIN dumps AS d USING (dump_id)
WHERE l.location IN (SELECT location FROM asked)
ORDER BY l.location;
