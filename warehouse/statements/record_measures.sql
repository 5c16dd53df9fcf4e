-- Frame: new_measures (measure, value, judgement, fingerprint). One set a revision.
INSERT INTO measures BY NAME
SELECT m.*, r.revision, r.version, r.completed_at AS measured_at
FROM new_measures AS m, (FROM revisions ORDER BY revision DESC LIMIT 1) AS r;
