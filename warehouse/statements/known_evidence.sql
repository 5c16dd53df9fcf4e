-- Frame: candidates (left_no, right_no). Evidence is a function of two documents: what was once found holds for as long as both are there.
SELECT left_no, right_no, similarity, containment, title_similarity, smaller_words, parts_differ, identifiers, citations_differ
FROM pairs SEMI JOIN candidates USING (left_no, right_no);
