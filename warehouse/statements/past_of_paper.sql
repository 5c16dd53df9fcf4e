-- What became of the id $paper and of those that lead to it.
SELECT changed_at, event, paper_id, other_paper_id FROM paper_history
WHERE paper_id = $paper OR paper_id IN (SELECT alias_id FROM paper_aliases WHERE paper_id = $paper)
ORDER BY revision, paper_id, event;
