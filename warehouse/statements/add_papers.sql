-- Frames: new_papers, new_lineage. The revision is the one that `complete_papers` will note.
INSERT INTO papers BY NAME
SELECT *, paper_id::UUID AS paper_uuid, (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision FROM new_papers;
INSERT INTO paper_lineage BY NAME
SELECT *, paper_id::UUID AS paper_uuid, (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision FROM new_lineage;
