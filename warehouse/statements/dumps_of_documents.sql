-- Frame: chosen (document_id). The dumps that one of these documents stands in.
SELECT DISTINCT dump_id FROM records WHERE document_uuid IN (SELECT document_id::UUID FROM chosen) ORDER BY dump_id;
