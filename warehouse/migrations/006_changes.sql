-- What a revision changed in the golden record of a paper that goes on: event `changed`, with the columns.
ALTER TABLE paper_events ADD COLUMN changed_columns VARCHAR[];
