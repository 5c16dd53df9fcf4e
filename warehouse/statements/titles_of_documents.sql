-- Frame: chosen (document_id). What each document is called; no row where no record carries it.
SELECT document_id, coalesce(min(title), min(left(abstract, 100))) AS title FROM records
WHERE document_id IN (SELECT document_id FROM chosen) GROUP BY document_id;
