-- spark_judged: judged pairs. The same between numbers, with the columns of the store's pairs in their order.
CREATE OR REPLACE TEMP TABLE spark_pairs AS
SELECT * FROM pairs WHERE false
UNION ALL BY NAME
SELECT least(l.document_no, r.document_no) AS left_no, greatest(l.document_no, r.document_no) AS right_no,
       j.* EXCLUDE (left_document_id, right_document_id)
FROM spark_judged AS j
JOIN documents AS l ON l.document_uuid = j.left_document_id::UUID
JOIN documents AS r ON r.document_uuid = j.right_document_id::UUID;
