-- Frames: papers_before, papers_after (paper_id), documents_after (document_id). Aliases that a change of these clusters can lead elsewhere.
SELECT alias_id, paper_id FROM paper_aliases
WHERE paper_id IN (SELECT paper_id FROM papers_before)
   OR alias_id IN (SELECT paper_id FROM papers_after)
   OR alias_id IN (SELECT document_id FROM documents_after);
