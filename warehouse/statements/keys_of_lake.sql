-- Frame: part (first_place, last_place). Block keys of these documents, numbered as `documents_of_lake` does.
SELECT (SELECT coalesce(max(document_no), 0) FROM documents) + n.place - p.first_place + 1 AS document_no, n.match_key, n.key
FROM new_keys_from_lake AS n, part AS p
WHERE n.place BETWEEN p.first_place AND p.last_place;
