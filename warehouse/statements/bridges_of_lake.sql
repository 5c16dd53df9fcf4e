-- Frame: chosen (document_no, document_id), whole components. Matches among them that the audit cut.
SELECT least(l.document_no, r.document_no) AS left_no, greatest(l.document_no, r.document_no) AS right_no, b.judgement, b.rule
FROM lake_bridges AS b
JOIN chosen AS l ON l.document_id = b.left_document_id
JOIN chosen AS r ON r.document_id = b.right_document_id
ORDER BY left_no, right_no;
