-- Grain: one row a pair that a person should look at, most doubtful first. Doubt in (0, 1]: 1 where the pair is on
-- the line between match and no match, less the farther its scores are from that line, on either side; and 1 where
-- the pair matches, yet the audit of its cluster cut it.
CREATE VIEW review_pairs AS
WITH lines AS (
    SELECT (settings->>'match_similarity')::DOUBLE AS similar, (settings->>'retitled_similarity')::DOUBLE AS retitled,
           (settings->>'match_containment')::DOUBLE AS contained
    FROM publication
),
strong AS (
    SELECT e.*,
           greatest(e.similarity / CASE WHEN e.title_similarity < 0.5 THEN l.retitled ELSE l.similar END, e.containment / l.contained, 0.01) AS strength
    FROM duplicate_evidence AS e, lines AS l WHERE e.judgement = 'review'
)
SELECT * EXCLUDE (strength),
       CASE WHEN rule IN ('bridge', 'ambiguous_part') THEN 1.0 ELSE least(strength, 1 / strength) END AS doubt
FROM strong
ORDER BY doubt DESC, similarity DESC NULLS LAST, left_record_id, right_record_id;
COMMENT ON VIEW review_pairs IS 'One row a pair that was not merged and that a person should look at, most doubtful first. Source: duplicate_evidence.';
