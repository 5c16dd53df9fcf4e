-- Frame: new_keys (document_id, key). 48 bits of an id tell it apart, and take a fifth of its text.
INSERT INTO unsorted_keys SELECT key, ('0x' || left(document_id, 12))::BIGINT FROM new_keys;
