-- Frame: chosen (document_no). Pairs with both ends among the documents.
SELECT left_no, right_no FROM pairs
WHERE left_no IN (SELECT document_no FROM chosen) AND right_no IN (SELECT document_no FROM chosen);
