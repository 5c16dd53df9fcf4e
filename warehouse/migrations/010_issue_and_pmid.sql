-- What bibliographic formats give beside the columns of 003: the issue of a volume, the PubMed id.
-- Records of before keep nulls.
ALTER TABLE records ADD COLUMN issue VARCHAR;
ALTER TABLE records ADD COLUMN pmid VARCHAR;
ALTER TABLE quarantined_records ADD COLUMN issue VARCHAR;
ALTER TABLE quarantined_records ADD COLUMN pmid VARCHAR;
ALTER TABLE papers ADD COLUMN issue VARCHAR;
ALTER TABLE papers ADD COLUMN pmid VARCHAR;
