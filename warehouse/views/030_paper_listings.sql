-- Grain: one row per record: where its paper is listed, with the title there.
CREATE VIEW paper_listings AS
SELECT r.paper_id, p.title AS paper_title, d.name AS dump, d.listing, d.listing_date, d.listing_date_raw,
       r.line_start, r.line_end, r.title AS listed_title, r.published_date, r.comment_count,
       r.record_id, r.dump_id
FROM records AS r
JOIN papers AS p USING (paper_id)
JOIN dumps AS d USING (dump_id);
COMMENT ON VIEW paper_listings IS 'One row per record: where each paper was listed (dump, lines) and its title there. Source: records, papers, dumps.';
