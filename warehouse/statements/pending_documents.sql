-- One row a document that records carry and the store lacks, in order of ingestion, with its number.
SELECT row_number() OVER (ORDER BY d.dump_no, r.line_start)
         + (SELECT coalesce(max(document_no), 0) FROM documents) AS document_no,
       r.document_id, r.title, r.abstract
FROM records AS r
JOIN dumps AS d USING (dump_id)
WHERE r.document_id NOT IN (SELECT document_id FROM documents)
QUALIFY row_number() OVER (PARTITION BY r.document_id ORDER BY d.dump_no, r.line_start) = 1
ORDER BY document_no;
