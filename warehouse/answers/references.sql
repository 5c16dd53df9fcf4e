-- name: exported_papers
-- Papers as references, in the order of their ids: id and columns of papers; from the record that gave most values, its
-- fields without a column (other_fields; null if records have no such column) and its format; where the paper is listed
-- (notes).
WITH given AS (SELECT paper_id, record_id, count(DISTINCT column_name) AS given FROM paper_lineage GROUP BY ALL),
said AS (SELECT NULL::VARCHAR AS other_fields WHERE false UNION ALL BY NAME FROM records),
listed AS (
    SELECT s.paper_id, arg_max(s.record_id, (coalesce(g.given, 0), -d.dump_no, -s.ordinal)) AS record_id,
           list('listed in ' || d.name || ':' || s.line_start ORDER BY d.dump_no, s.ordinal) AS notes
    FROM said AS s JOIN dumps AS d USING (dump_id) LEFT JOIN given AS g USING (paper_id, record_id) GROUP BY s.paper_id
)
SELECT p.paper_id AS id, p.* EXCLUDE (paper_id, paper_uuid), s.other_fields, d.format, l.notes
FROM papers AS p JOIN listed AS l USING (paper_id) JOIN said AS s USING (record_id) JOIN dumps AS d USING (dump_id)
ORDER BY p.paper_id;

-- name: exported_removed
-- Removed records as references, with their own values: all records of a paper except the one that gave most values.
WITH given AS (SELECT paper_id, record_id, count(DISTINCT column_name) AS given FROM paper_lineage GROUP BY ALL),
said AS (SELECT NULL::VARCHAR AS other_fields WHERE false UNION ALL BY NAME FROM records)
SELECT s.record_id AS id, s.* EXCLUDE (record_id, dump_id, ordinal, title_raw, abstract_raw, document_id, document_uuid),
       d.format, ['listed in ' || d.name || ':' || s.line_start, 'same paper as ' || s.paper_id] AS notes
FROM said AS s JOIN dumps AS d USING (dump_id) LEFT JOIN given AS g USING (paper_id, record_id)
QUALIFY row_number() OVER (PARTITION BY s.paper_id ORDER BY coalesce(g.given, 0) DESC, d.dump_no, s.ordinal) > 1
ORDER BY s.paper_id, d.dump_no, s.ordinal;
