-- Grain: one row per pair that a person should look at, most doubtful first. Doubt in (0, 1]: the probability, by the model, that the
-- two are one paper after all; and 1 where the pair matches, yet their papers don't agree on the whole.
CREATE VIEW review_pairs AS
SELECT *, CASE WHEN rule = 'bridge' THEN 1.0 ELSE 1 / (1 + exp(-score)) END AS doubt
FROM duplicate_evidence WHERE judgement = 'review'
ORDER BY doubt DESC, score DESC, left_record_id, right_record_id;
COMMENT ON VIEW review_pairs IS 'One row per pair that was not merged and that a person should look at, most doubtful first. Source: duplicate_evidence.';
