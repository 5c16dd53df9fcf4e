-- What to publish: everything.
CREATE OR REPLACE TEMP TABLE chosen_revisions AS SELECT revision FROM revisions UNION SELECT 0;
CREATE OR REPLACE TEMP TABLE chosen_dumps AS SELECT dump_id FROM dumps;
CREATE OR REPLACE TEMP TABLE chosen_documents AS SELECT document_id, document_uuid FROM documents;
CREATE OR REPLACE TEMP TABLE chosen_papers AS SELECT paper_id FROM papers UNION SELECT alias_id FROM paper_aliases;
