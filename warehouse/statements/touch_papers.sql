-- Another way to judge or to merge: every cluster has to be found and merged anew.
DELETE FROM pending WHERE stage = 'papers';
INSERT INTO pending SELECT 'papers', document_id FROM documents;
INSERT INTO pending SELECT 'papers', document_id FROM paper_documents WHERE document_id NOT IN (SELECT document_id FROM documents);
