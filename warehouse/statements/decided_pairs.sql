-- Decisions about documents that are here, as judged pairs.
SELECT least(l.document_no, r.document_no) AS left_no, greatest(l.document_no, r.document_no) AS right_no,
       CASE d.decision WHEN 'must_link' THEN 'match' ELSE 'non_match' END AS judgement
FROM decisions AS d
JOIN documents AS l ON l.document_id = d.left_document_id
JOIN documents AS r ON r.document_id = d.right_document_id
ORDER BY left_no, right_no;
