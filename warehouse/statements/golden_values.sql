-- The paper $paper, as it is.
SELECT * FROM papers WHERE paper_id = $paper;
