-- name: search_papers
-- Papers that contain the words. $begins, $whole: each word folded, with a space before it ($begins), and also after it
-- ($whole). $needed: how many of the words a paper must have. $plain, $accented: regular expressions that find likely
-- papers: an unfolded title or abstract matches $plain, or $accented if it is not all ASCII. Folding all texts would
-- take ten times as long. $phrase: all the words in the order typed.
-- Texts are folded like the words: no case, no accents, a space for everything except letters and digits.
WITH words AS (SELECT unnest($begins::VARCHAR[]) AS begins, unnest($whole::VARCHAR[]) AS whole),
held AS (
    SELECT rowid AS row, lower(coalesce(title, '')) AS title, lower(coalesce(abstract, '')) AS abstract
    FROM papers
    WHERE rowid IN (
        SELECT rowid FROM papers
        WHERE regexp_matches(abstract, $plain) OR regexp_matches(title, $plain)
           OR (strlen(abstract) <> length(abstract) AND regexp_matches(abstract, $accented))
           OR (strlen(title) <> length(title) AND regexp_matches(title, $accented))
    )
),
plain AS (  -- ASCII has no accents, and most texts are ASCII
    SELECT row,
           CASE WHEN strlen(title) = length(title) THEN title ELSE strip_accents(title) END AS title,
           CASE WHEN strlen(abstract) = length(abstract) THEN abstract ELSE strip_accents(abstract) END AS abstract
    FROM held
),
likely AS MATERIALIZED (
    SELECT row,
           ' ' || regexp_replace(title, '[^\pL\pM\pN]+', ' ', 'g') || ' ' AS title,
           ' ' || regexp_replace(abstract, '[^\pL\pM\pN]+', ' ', 'g') || ' ' AS abstract
    FROM plain
),
counted AS (
    SELECT row, begins,
           contains(title, whole) AS is_in_title, contains(title, begins) AS begins_in_title,
           (length(abstract) - length(replace(abstract, begins, ''))) / length(begins) AS times,
           contains(abstract, whole) AS is_in_abstract
    FROM likely, words
    WHERE contains(title, begins) OR contains(abstract, begins)
),
spread AS (SELECT *, ln(1 + (SELECT count(*) FROM papers) / count(*) OVER (PARTITION BY begins)) AS rarity FROM counted),
scored AS (
    SELECT row, count(*) AS words_found,
           sum(rarity * (CASE WHEN is_in_title THEN 4 WHEN begins_in_title THEN 2 ELSE 0 END
                         + CASE WHEN is_in_abstract THEN 1 ELSE 0.5 END * times / (times + 2))) AS score
    FROM spread GROUP BY row HAVING count(*) >= $needed
)
SELECT p.paper_id, p.title, p.abstract, p.published_date, p.record_count, p.dump_count, s.words_found,
       s.score + CASE WHEN contains(l.title, $phrase) THEN 8 WHEN contains(l.abstract, $phrase) THEN 2 ELSE 0 END AS score
FROM scored AS s JOIN likely AS l USING (row) JOIN papers AS p ON p.rowid = s.row
ORDER BY s.words_found DESC, score DESC, p.published_date DESC NULLS LAST, p.paper_id
LIMIT $most;
