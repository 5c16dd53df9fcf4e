-- What to publish: what changed after one revision. Frame: base (revision), one row. Ids of what is gone are among them.
CREATE OR REPLACE TEMP TABLE chosen_revisions AS SELECT revision FROM revisions WHERE revision > (SELECT revision FROM base);
CREATE OR REPLACE TEMP TABLE chosen_dumps AS
SELECT DISTINCT id AS dump_id FROM changes WHERE kind = 'dump' AND revision > (SELECT revision FROM base);
CREATE OR REPLACE TEMP TABLE chosen_documents AS
SELECT DISTINCT id AS document_id, id::UUID AS document_uuid FROM changes WHERE kind = 'document' AND revision > (SELECT revision FROM base);
CREATE OR REPLACE TEMP TABLE chosen_papers AS
SELECT DISTINCT id AS paper_id FROM changes WHERE kind = 'paper' AND revision > (SELECT revision FROM base);
