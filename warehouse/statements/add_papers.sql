-- Frames: new_papers, new_lineage.
INSERT INTO papers BY NAME SELECT * FROM new_papers;
INSERT INTO paper_lineage BY NAME SELECT * FROM new_lineage;
