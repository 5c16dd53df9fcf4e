-- Frame: chosen (document_no).
SELECT document_no, title_text, abstract_text, doi, arxiv_id, year, authors_text FROM documents
WHERE rowid IN (SELECT rowid FROM documents WHERE document_no IN (SELECT document_no FROM chosen));
