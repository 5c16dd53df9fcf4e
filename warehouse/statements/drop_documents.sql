-- Frame: chosen (document_no, document_id): documents that no record carries. Their pairs have left by `change_pairs`.
DELETE FROM block_keys WHERE document_no IN (SELECT document_no FROM chosen);
DELETE FROM overruled WHERE left_no IN (SELECT document_no FROM chosen) OR right_no IN (SELECT document_no FROM chosen);
DELETE FROM documents WHERE document_no IN (SELECT document_no FROM chosen);
DELETE FROM pending WHERE stage = 'pairs' AND document_id IN (SELECT document_id FROM chosen);
