-- Frame: shown (examples), one row. Papers of most records.
SELECT paper_id, title, record_count, document_count, dump_count FROM papers WHERE record_count > 1
ORDER BY record_count DESC, paper_id LIMIT (SELECT examples FROM shown);
