-- name: sources_of_flow
-- Sources in the order of their first dumps.
SELECT source, phases, records, quarantined, duplicates, first_here, papers, only_here FROM source_counts;
