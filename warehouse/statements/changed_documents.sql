-- Documents whose records, pairs or decisions changed since they were last clustered; they may be gone.
SELECT DISTINCT document_id FROM pending WHERE stage = 'papers';
