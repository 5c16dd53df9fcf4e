-- Frame: chosen (document_no). What outranks judgements of pairs with both ends among the documents.
SELECT left_no, right_no, judgement, rule FROM overruled
WHERE left_no IN (SELECT document_no FROM chosen) AND right_no IN (SELECT document_no FROM chosen);
