-- Frames: chosen (document_id, place), strengths (strength, match_key); lake_documents, lake_keys: what a lake holds of the dumps
-- that these documents stand in. What is said of them and their keys, in the order of their places, so that a batch is read
-- from one part. A document that stands in several dumps is said, and keyed, alike in each.
CREATE OR REPLACE TEMP TABLE new_from_lake AS
SELECT c.place, l.* EXCLUDE (ordinal)
FROM chosen AS c JOIN lake_documents AS l USING (document_id)
QUALIFY row_number() OVER (PARTITION BY c.place) = 1 ORDER BY c.place;
CREATE OR REPLACE TEMP TABLE new_keys_from_lake AS
SELECT DISTINCT c.place, s.match_key, l.key
FROM chosen AS c JOIN lake_keys AS l USING (document_id) JOIN strengths AS s USING (strength)
ORDER BY c.place;
