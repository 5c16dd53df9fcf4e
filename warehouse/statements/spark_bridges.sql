-- Frame: chosen (document_no, document_id), whole components. Matches among them that were cut.
SELECT least(l.document_no, r.document_no) AS left_no, greatest(l.document_no, r.document_no) AS right_no, a.judgement, a.rule
FROM spark_clustered AS a
JOIN chosen AS l ON l.document_id = a.left_document_id
JOIN chosen AS r ON r.document_id = a.right_document_id
ORDER BY left_no, right_no;
