-- Frame: cursor (revision), one row.
SELECT * FROM paper_changes WHERE revision > (SELECT revision FROM cursor) ORDER BY revision, paper_id, event;
