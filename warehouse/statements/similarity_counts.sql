-- Compared pairs of documents by similarity, in steps of 0.02 (the step holds its lower end; 1 is in the last), and judgement.
SELECT least(floor(similarity / 0.02), 49) * 0.02 AS similarity, judgement, count(*) AS pairs
FROM pairs WHERE similarity IS NOT NULL
GROUP BY ALL ORDER BY ALL;
