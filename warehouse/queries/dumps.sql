-- The content of each dump, in order of ingestion.
SELECT name, listing, listing_date, lines, records, quarantined
FROM dumps ORDER BY dump_no;
