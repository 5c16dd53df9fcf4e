CREATE TABLE published.lookup_keys AS FROM unsorted_keys ORDER BY key, document;
DROP TABLE unsorted_keys;
