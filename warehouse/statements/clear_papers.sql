-- Frames: clusters_before (document_id, paper_id), members (document_no, document_id, paper_id, component_no), new_overruled (of pairs among them).
DELETE FROM papers WHERE paper_uuid IN (SELECT paper_id::UUID FROM clusters_before);
DELETE FROM paper_lineage WHERE paper_uuid IN (SELECT paper_id::UUID FROM clusters_before);
DELETE FROM paper_documents WHERE document_uuid IN (SELECT document_id::UUID FROM clusters_before);
INSERT INTO paper_documents BY NAME
SELECT document_id, document_id::UUID AS document_uuid, paper_id, component_no, (SELECT coalesce(max(revision), 0) + 1 FROM revisions) AS revision
FROM members;
DELETE FROM overruled WHERE left_no IN (SELECT document_no FROM members) AND right_no IN (SELECT document_no FROM members);
INSERT INTO overruled BY NAME SELECT * FROM new_overruled;
