-- Frame: chosen (dump_id). What tells the documents of these dumps from each other, each once a dump.
SELECT DISTINCT r.dump_id, r.document_uuid::VARCHAR AS document, d.title_text, d.authors_text, d.year
FROM records AS r JOIN documents AS d USING (document_uuid)
WHERE r.dump_id IN (SELECT dump_id FROM chosen);
