-- Grain: one row per pair for review, most doubtful first. Doubt, in (0, 1]: the model's probability that the two are
-- one paper; 1 if the pair matches but the papers do not agree as a whole.
CREATE VIEW review_pairs AS
SELECT *, CASE WHEN rule = 'bridge' THEN 1.0 ELSE 1 / (1 + exp(-score)) END AS doubt
FROM duplicate_evidence WHERE judgement = 'review'
ORDER BY doubt DESC, score DESC, left_record_id, right_record_id;
COMMENT ON VIEW review_pairs IS 'One row per pair for review: it was not merged, and a person should decide. Most doubtful first. Source: duplicate_evidence.';
