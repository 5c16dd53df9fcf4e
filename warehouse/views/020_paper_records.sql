-- Grain: one row a record; each belongs to exactly one paper.
CREATE VIEW paper_records AS
SELECT paper_id, record_id FROM records;
COMMENT ON VIEW paper_records IS 'One row a record: the paper it belongs to. Source: records.';
