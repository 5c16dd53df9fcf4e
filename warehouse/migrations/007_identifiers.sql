-- Identifiers are content of a document, and evidence of a pair. The ids of records that have some change with the
-- normaliser's version, by which everything is derived anew.
ALTER TABLE documents ADD COLUMN doi VARCHAR;
ALTER TABLE documents ADD COLUMN arxiv_id VARCHAR;
ALTER TABLE documents ADD COLUMN year BIGINT;
ALTER TABLE documents ADD COLUMN authors_text VARCHAR;
ALTER TABLE pairs ADD COLUMN identifiers VARCHAR;
ALTER TABLE pairs ADD COLUMN citations_differ BOOLEAN DEFAULT false;
