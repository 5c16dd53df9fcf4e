-- Frame: chosen (document_id). What a person needs to judge each of the documents, by the record listed first.
SELECT r.document_id, r.title, array_to_string(r.authors, '; ') AS authors, coalesce(r.year, year(r.published_date)) AS year, r.venue, r.abstract,
       d.name AS dump, r.line_start AS line
FROM records AS r
JOIN dumps AS d USING (dump_id)
WHERE r.document_id IN (SELECT document_id FROM chosen)
QUALIFY row_number() OVER (PARTITION BY r.document_id ORDER BY d.dump_no, r.ordinal) = 1;
