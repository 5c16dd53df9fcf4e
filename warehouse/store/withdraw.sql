-- name: names_of_dumps
-- File names of all dumps.
SELECT DISTINCT name FROM dump_locations ORDER BY name;

-- name: dumps_named
-- Frame: wanted (name: a dump's id or its first digits, a location, or a file name; location: that of the name as a
-- path). One row per place that a name means: a location means itself, any other name all places of the dump. is_named:
-- whether the name fits this place itself; other_places: the number of other places of the dump. A whole id or location
-- means only itself, even if other ids begin with it.
WITH named AS (
    SELECT w.name AS wanted, l.dump_id, l.location, l.location IN (w.name, w.location) AS is_place,
           is_place OR l.dump_id = w.name AS is_whole
    FROM dump_locations AS l JOIN wanted AS w
      ON l.dump_id = w.name OR l.location IN (w.name, w.location) OR l.name = w.name
         OR (length(w.name) >= 6 AND starts_with(l.dump_id, w.name))
    QUALIFY is_whole OR NOT bool_or(is_whole) OVER (PARTITION BY w.name)
)
SELECT n.wanted, l.dump_id, l.location, l.name, bool_or(l.location = n.location) AS is_named,
       (SELECT count(*) FROM records AS r WHERE r.dump_id = l.dump_id) AS records,
       (SELECT count(*) - 1 FROM dump_locations AS o WHERE o.dump_id = l.dump_id) AS other_places
FROM named AS n JOIN dump_locations AS l ON l.dump_id = n.dump_id AND (l.location = n.location OR NOT n.is_place)
GROUP BY ALL ORDER BY ALL;

-- name: withdraw_dumps
-- Frame: withdrawn (dump_id). Notes that these dumps were withdrawn from all their places; `change_dumps` removes them.
INSERT INTO withdrawn_dumps BY NAME
SELECT dump_id, location, (now() AT TIME ZONE 'UTC') AS withdrawn_at FROM dump_locations WHERE dump_id IN (SELECT dump_id FROM withdrawn);
