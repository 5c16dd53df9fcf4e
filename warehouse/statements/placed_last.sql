-- When each place was last changed, as a number of the ledger.
SELECT location, max(seq) AS seq FROM dump_ledger GROUP BY location ORDER BY location;
