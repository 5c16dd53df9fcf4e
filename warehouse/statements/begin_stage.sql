-- Frame: begun (stage, fingerprint, settings). The stage works for these settings from here on; it is not complete for any version.
DELETE FROM stages WHERE stage IN (SELECT stage FROM begun);
INSERT INTO stages BY NAME SELECT *, -1 AS version, (now() AT TIME ZONE 'UTC') AS completed_at FROM begun;
