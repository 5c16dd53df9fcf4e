-- Grain: one row per paper: where and when it was first seen. Dates are those of listings; times are times of ingestion in UTC.
CREATE VIEW first_listings AS
SELECT p.paper_id, p.title, p.published_date,
       min(d.listing_date) AS first_listing_date,
       min(d.ingested_at) AS first_ingested_at,
       arg_min(d.name, (d.dump_no, r.ordinal)) AS first_dump,
       arg_min(d.dump_id, (d.dump_no, r.ordinal)) AS first_dump_id,
       arg_min(r.record_id, (d.dump_no, r.ordinal)) AS first_record_id
FROM papers AS p
JOIN records AS r USING (paper_id)
JOIN dumps AS d USING (dump_id)
GROUP BY p.paper_id, p.title, p.published_date;
COMMENT ON VIEW first_listings IS 'One row per paper: the earliest date of a listing that lists it, and when and in which dump it was first ingested. Source: papers, records, dumps.';
