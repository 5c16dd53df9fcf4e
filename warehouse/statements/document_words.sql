-- Every document with its content id and the words of its abstract.
SELECT document_no, document_id,
       CASE WHEN abstract_text = '' THEN 0 ELSE length(abstract_text) - length(replace(abstract_text, ' ', '')) + 1 END AS abstract_words
FROM documents ORDER BY document_no;
