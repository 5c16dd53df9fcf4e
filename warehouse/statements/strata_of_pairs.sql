-- Frame: labelled (left_document_id, right_document_id). Those that are here still.
SELECT left_document_id, right_document_id, e.is_decided, e.stratum
FROM labelled JOIN estimated AS e USING (left_document_id, right_document_id);
