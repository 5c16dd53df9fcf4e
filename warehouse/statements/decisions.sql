SELECT left_document_id, right_document_id, decision, decided_by, decided_at FROM decisions ORDER BY ALL;
