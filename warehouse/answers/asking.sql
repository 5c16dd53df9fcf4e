-- name: published_settings
SELECT settings FROM publication;

-- name: things_named
-- What an id, or its first digits ($digits), may mean: kind, id, title.
SELECT 'record' AS kind, record_id AS id, title FROM records WHERE starts_with(record_id, $digits)
UNION ALL
SELECT 'paper', paper_id, title FROM papers WHERE starts_with(paper_id, $digits)
UNION ALL
SELECT 'document', document_id, any_value(title) FROM records WHERE starts_with(document_id, $digits) GROUP BY document_id
UNION ALL
SELECT 'alias', alias_id, NULL FROM paper_aliases WHERE starts_with(alias_id, $digits)
ORDER BY ALL;

-- name: record_at
-- Records of dumps called $dump, at one of their locations, that have the line $line.
SELECT record_id FROM records JOIN dumps USING (dump_id)
WHERE (name = $dump OR list_contains(list_transform(locations, lambda place: parse_filename(place)), $dump))
  AND $line BETWEEN line_start AND line_end;

-- name: names_of_published_dumps
SELECT DISTINCT unnest([name] || list_transform(locations, lambda place: parse_filename(place))) AS name FROM dumps ORDER BY name;
