-- From the attached store `old` into this one, which is new: all that can't be derived. Every document is pending.
INSERT INTO dump_ledger BY NAME FROM old.dump_ledger;
INSERT INTO dumps BY NAME FROM old.dumps;
INSERT INTO dump_locations BY NAME FROM old.dump_locations;
INSERT INTO withdrawn_dumps BY NAME FROM old.withdrawn_dumps;
INSERT INTO unreadable_dumps BY NAME FROM old.unreadable_dumps;
INSERT INTO line_spans BY NAME FROM old.line_spans;
INSERT INTO rejected_lines BY NAME FROM old.rejected_lines;
INSERT INTO notices BY NAME FROM old.notices;
INSERT INTO records BY NAME FROM old.records;
INSERT INTO quarantined_records BY NAME FROM old.quarantined_records;
INSERT INTO decisions BY NAME FROM old.decisions;
-- What readers were told: ids that were published lead somewhere for ever.
INSERT INTO paper_documents BY NAME FROM old.paper_documents;
INSERT INTO papers BY NAME FROM old.papers WHERE paper_id IN (SELECT paper_id FROM old.paper_documents);
INSERT INTO paper_aliases BY NAME FROM old.paper_aliases;
INSERT INTO paper_events BY NAME FROM old.paper_events;
INSERT INTO revisions BY NAME FROM old.revisions;
INSERT INTO measures BY NAME FROM old.measures;
INSERT INTO check_results BY NAME FROM old.check_results;
