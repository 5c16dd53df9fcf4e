-- One row a location: which dump it holds.
SELECT location, dump_id FROM dump_locations ORDER BY location;
