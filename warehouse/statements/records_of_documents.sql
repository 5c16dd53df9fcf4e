-- Frame: named (document_id). Every record of the documents, as papers are made of them.
SELECT * EXCLUDE (title_raw, abstract_raw, document_uuid) FROM records
WHERE rowid IN (SELECT rowid FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM named));
