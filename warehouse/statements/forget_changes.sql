-- Frame: kept (revisions), one row: how many of the newest revisions keep their changes listed.
DELETE FROM changes WHERE revision <= (SELECT max(revision) FROM revisions) - (SELECT revisions FROM kept);
