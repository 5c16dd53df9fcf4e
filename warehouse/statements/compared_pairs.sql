-- All pairs with their evidence, as they were judged, and as the published tables tell them (is_bridge: cut by the audit).
SELECT p.left_no, p.right_no, p.match_key, p.similarity, p.containment, p.title_similarity, p.smaller_words, p.parts_differ, p.identifiers, p.citations_differ,
       p.judgement AS judgement_before, p.rule AS rule_before, b.rule AS bridge_before
FROM pairs AS p LEFT JOIN bridges AS b USING (left_no, right_no)
ORDER BY p.left_no, p.right_no;
