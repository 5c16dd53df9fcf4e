SELECT revision, revision_id FROM revisions ORDER BY revision;
