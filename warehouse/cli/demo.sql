-- name: records_by_place
-- On a published warehouse: one row per record, by the name of its dump and its first line.
SELECT d.name AS dump, r.line_start, r.record_id, r.paper_id FROM records AS r JOIN dumps AS d USING (dump_id);
