-- Frame: chosen (document_no). Pairs that any of the documents is in.
SELECT left_no, right_no FROM pairs
WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen);
