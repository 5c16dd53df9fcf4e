-- Frames: new_members, new_papers, new_lineage, new_aliases.
DELETE FROM paper_documents;
DELETE FROM papers;
DELETE FROM paper_lineage;
DELETE FROM paper_aliases;
INSERT INTO paper_documents BY NAME SELECT * FROM new_members;
INSERT INTO papers BY NAME SELECT * FROM new_papers;
INSERT INTO paper_lineage BY NAME SELECT * FROM new_lineage;
INSERT INTO paper_aliases BY NAME SELECT * FROM new_aliases;
