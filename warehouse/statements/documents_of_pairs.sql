-- Frame: pairs_to_verify (left_no, right_no).
SELECT document_no, title_text, abstract_text FROM documents
WHERE document_no IN (SELECT left_no FROM pairs_to_verify UNION SELECT right_no FROM pairs_to_verify);
