-- Frame: chosen (document_no). What clusters are made of: pairs with both ends among the documents, as they were judged.
SELECT left_no, right_no, similarity, containment, title_similarity, judgement, rule FROM pairs
WHERE left_no IN (SELECT document_no FROM chosen) AND right_no IN (SELECT document_no FROM chosen)
ORDER BY left_no, right_no;
