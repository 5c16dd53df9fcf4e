-- Frame: part (first_place, last_place). What is said in these documents, numbered on from the last one.
SELECT (SELECT coalesce(max(document_no), 0) FROM documents) + n.place - p.first_place + 1 AS document_no, n.* EXCLUDE (place)
FROM new_from_lake AS n, part AS p
WHERE n.place BETWEEN p.first_place AND p.last_place
ORDER BY n.place;
