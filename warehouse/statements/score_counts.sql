-- Compared pairs of documents by score, in steps of half a log-odd (the step holds its lower end; the first and the last hold all beyond), and judgement.
SELECT least(greatest(floor(score / 0.5), -24), 23) * 0.5 AS score, judgement, count(*) AS pairs
FROM pairs
GROUP BY ALL ORDER BY ALL;
