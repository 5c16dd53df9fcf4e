-- The duplicate share of each revision, the oldest first.
SELECT revision, value AS duplicate_share FROM measures WHERE measure = 'duplicate_share' ORDER BY revision;
