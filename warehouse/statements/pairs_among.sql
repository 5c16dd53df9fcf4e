-- Frame: chosen (document_no). Judged pairs with both ends among the documents.
SELECT * FROM pairs
WHERE left_no IN (SELECT document_no FROM chosen) AND right_no IN (SELECT document_no FROM chosen) ORDER BY left_no, right_no;
