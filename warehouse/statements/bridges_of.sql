-- Frame: chosen (document_no).
SELECT left_no, right_no, rule FROM bridges WHERE left_no IN (SELECT document_no FROM chosen);
