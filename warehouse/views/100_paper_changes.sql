-- Grain: one row per change of a paper id by a revision: `paper_history`, with the paper that the id leads to now.
-- To follow the changes: for each paper_id with a revision after the last one seen, read its row of `papers` again if
-- leads_to is the paper_id itself; otherwise delete it and note where it leads.
CREATE VIEW paper_changes AS
SELECT h.revision, h.changed_at, h.paper_id, h.event, h.other_paper_id, h.changed_columns,
       coalesce(p.paper_id, a.paper_id) AS leads_to, coalesce(p.title, heir.title) AS paper_title
FROM paper_history AS h
LEFT JOIN papers AS p ON p.paper_id = h.paper_id
LEFT JOIN paper_aliases AS a ON a.alias_id = h.paper_id
LEFT JOIN papers AS heir ON heir.paper_id = a.paper_id;
COMMENT ON VIEW paper_changes IS 'One row per change of a paper id by a revision, for an index that follows the warehouse. leads_to is the id itself if it is not retired, null if none of its records is left. Source: paper_history, paper_aliases.';
