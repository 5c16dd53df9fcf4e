-- The paper of a record, of a document or of a living or retired paper id ($id).
SELECT paper_id FROM records WHERE record_id = $id OR document_id = $id
UNION
SELECT paper_id FROM paper_aliases WHERE alias_id = $id AND NOT EXISTS (SELECT 1 FROM records WHERE document_id = $id);
