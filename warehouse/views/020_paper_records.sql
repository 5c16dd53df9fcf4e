-- Grain: one row per record; each belongs to exactly one paper.
CREATE VIEW paper_records AS
SELECT paper_id, record_id FROM records;
COMMENT ON VIEW paper_records IS 'One row per record, with the paper it belongs to. Source: records.';
