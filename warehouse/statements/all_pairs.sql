SELECT left_no, right_no, match_key, similarity, containment, title_similarity, smaller_words, parts_differ FROM pairs;
