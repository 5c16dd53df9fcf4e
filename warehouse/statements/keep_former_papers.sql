-- Frames: clusters_before, members (document_id, paper_id, …). Golden records, as they are now, of papers that go on.
CREATE OR REPLACE TEMP TABLE former_papers AS
SELECT * FROM papers
WHERE rowid IN (
    SELECT rowid FROM papers WHERE paper_uuid IN (SELECT paper_id::UUID FROM clusters_before SEMI JOIN members USING (paper_id))
);
