SELECT key, document_no FROM block_keys ORDER BY key, document_no;
