-- Labels that people give to a dump: the database it was exported from, the search, its day, the phase of the work.
ALTER TABLE dumps ADD COLUMN source VARCHAR;
ALTER TABLE dumps ADD COLUMN query VARCHAR;
ALTER TABLE dumps ADD COLUMN searched_on DATE;
ALTER TABLE dumps ADD COLUMN phase VARCHAR;
