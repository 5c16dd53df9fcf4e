-- Grain: one row a pair that a person should look at, most alike first.
CREATE VIEW review_pairs AS
SELECT * FROM duplicate_evidence WHERE judgement = 'review'
ORDER BY similarity DESC NULLS LAST, left_record_id, right_record_id;
COMMENT ON VIEW review_pairs IS 'One row a pair that was not merged and that a person should look at. Source: duplicate_evidence.';
