SELECT document_no FROM documents ORDER BY document_no;
