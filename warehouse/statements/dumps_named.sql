-- Frame: wanted (name): dump ids (or their first digits), locations or file names. One row a dump and place that it means.
SELECT w.name AS wanted, l.dump_id, l.location, l.name
FROM dump_locations AS l JOIN wanted AS w
  ON l.location = w.name OR l.name = w.name OR (length(w.name) >= 6 AND starts_with(l.dump_id, w.name))
ORDER BY ALL;
