-- Keys are gathered aside, to be sorted.
CREATE OR REPLACE TEMP TABLE unsorted_keys (key BIGINT NOT NULL, document BIGINT NOT NULL);
