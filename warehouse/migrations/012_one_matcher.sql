-- One matcher for every record: all that is compared is content of a document, all that a pair is judged by stands with it.
-- Everything derived is derived anew, as the ids of documents change with what is compared.
ALTER TABLE documents DROP COLUMN abstract_words;
ALTER TABLE documents ADD COLUMN venue_text VARCHAR;
ALTER TABLE documents ADD COLUMN volume VARCHAR;
ALTER TABLE documents ADD COLUMN issue VARCHAR;
ALTER TABLE documents ADD COLUMN pages VARCHAR;
ALTER TABLE documents ADD COLUMN pmid VARCHAR;
ALTER TABLE dumps ADD COLUMN lists_once DOUBLE;     -- how surely the dump lists a paper once, in [0, 1]; null: nobody has looked yet
DROP TABLE pairs;
CREATE TABLE pairs (
    left_no BIGINT NOT NULL,
    right_no BIGINT NOT NULL,
    match_key VARCHAR NOT NULL,
    similarity DOUBLE,
    containment DOUBLE,
    abstract_words DOUBLE,
    smaller_words DOUBLE,
    title_similarity DOUBLE,
    title_containment DOUBLE,
    title_length DOUBLE,
    title_numbers DOUBLE,
    title_parts DOUBLE,
    generic_title DOUBLE,
    authors DOUBLE,
    authors_all DOUBLE,
    year_distance DOUBLE,
    venue DOUBLE,
    venue_kind DOUBLE,
    volume DOUBLE,
    issue DOUBLE,
    pages DOUBLE,
    doi DOUBLE,
    arxiv_id DOUBLE,
    pmid DOUBLE,
    title_years DOUBLE,
    abstract_titles DOUBLE,
    one_list DOUBLE,
    score DOUBLE NOT NULL,
    judgement VARCHAR NOT NULL,
    rule VARCHAR NOT NULL
);
UPDATE stages SET fingerprint = 'of before 012';    -- of no settings, so that every stage is made anew
