-- name: published_settings
SELECT settings FROM publication;

-- name: things_named
-- The meanings of an id or its first digits ($digits): kind, id, title.
SELECT 'record' AS kind, record_id AS id, title FROM records WHERE starts_with(record_id, $digits)
UNION ALL
SELECT 'paper', paper_id, title FROM papers WHERE starts_with(paper_id, $digits)
UNION ALL
SELECT 'document', document_id, any_value(title) FROM records WHERE starts_with(document_id, $digits) GROUP BY document_id
UNION ALL
SELECT 'alias', alias_id, NULL FROM paper_aliases WHERE starts_with(alias_id, $digits)
ORDER BY ALL;

-- name: record_at
-- The records that contain the line $line, in dumps whose location or name is $dump; by location.
WITH named AS (
    SELECT dump_id, name, locations, list_filter(locations, lambda place: $dump IN (place, parse_filename(place)))[1] AS place
    FROM dumps
)
SELECT record_id, coalesce(place, locations[1]) AS location
FROM records JOIN named USING (dump_id)
WHERE (name = $dump OR place IS NOT NULL) AND $line BETWEEN line_start AND line_end
ORDER BY location, record_id;

-- name: names_of_published_dumps
SELECT DISTINCT unnest([name] || list_transform(locations, lambda place: parse_filename(place)) || locations) AS name
FROM dumps ORDER BY name;
