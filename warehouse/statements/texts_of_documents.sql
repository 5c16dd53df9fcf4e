-- Frame: chosen (document_no).
SELECT document_no, title_text, abstract_text, authors_text, year, venue_text, volume, issue, pages, doi, arxiv_id, pmid FROM documents
WHERE rowid IN (SELECT rowid FROM documents WHERE document_no IN (SELECT document_no FROM chosen));
