-- Frame: shown (since, examples), one row. What changed after a revision: each event, how often, and the first examples.
WITH told AS (
    SELECT c.*, p.abstract, row_number() OVER (PARTITION BY c.event ORDER BY c.paper_title NULLS LAST, c.paper_id, c.revision) AS place,
           count(*) OVER (PARTITION BY c.event) AS times
    FROM paper_changes AS c LEFT JOIN papers AS p ON p.paper_id = c.leads_to WHERE c.revision > (SELECT since FROM shown)
)
SELECT event, times, paper_id, coalesce(paper_title, '“' || left(abstract, 80) || '…”') AS paper_title, other_paper_id, changed_columns FROM told
WHERE place <= (SELECT examples FROM shown) ORDER BY times DESC, event, place;
