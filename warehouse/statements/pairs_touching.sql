-- Frame: chosen (document_no). Judged pairs that any of the documents is in.
SELECT * FROM pairs
WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen);
