SELECT left_no, right_no, similarity, containment, title_similarity, judgement, rule FROM pairs;
