-- Grain: one row per change of one paper id by one revision; `paper_history` with where the id leads now.
-- To follow: for each paper_id with a revision after the last one seen, take the row of `papers` anew where
-- leads_to is the paper_id itself, else drop it, and remember where it leads.
CREATE VIEW paper_changes AS
SELECT h.revision, h.changed_at, h.paper_id, h.event, h.other_paper_id, h.changed_columns,
       coalesce(p.paper_id, a.paper_id) AS leads_to, coalesce(p.title, heir.title) AS paper_title
FROM paper_history AS h
LEFT JOIN papers AS p ON p.paper_id = h.paper_id
LEFT JOIN paper_aliases AS a ON a.alias_id = h.paper_id
LEFT JOIN papers AS heir ON heir.paper_id = a.paper_id;
COMMENT ON VIEW paper_changes IS 'One row per change of a paper id by a revision, and where the id leads now: for an index that follows. leads_to is the id itself where it is alive, null where nothing of it is left. Source: paper_history, paper_aliases.';
