-- One row a document that is pending, that a record carries and that the store lacks, in order of ingestion.
SELECT r.document_id
FROM records AS r JOIN dumps AS d USING (dump_id)
WHERE r.document_id IN (SELECT document_id FROM pending WHERE stage = 'documents')
  AND r.document_id NOT IN (SELECT document_id FROM documents)
GROUP BY r.document_id
ORDER BY min((d.dump_no, r.line_start));
