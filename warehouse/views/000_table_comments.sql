-- What each published table holds, for whoever opens the catalogue.
COMMENT ON TABLE dumps IS 'One row a dump: one distinct file as received. records counts its entries, quarantined ones included. Source: the files given to `papersieve run`.';
COMMENT ON TABLE line_spans IS 'One row a run of lines of one fate (record, furniture, blank, rejected). The spans of a dump cover its lines. Source: the lines of dumps.';
COMMENT ON TABLE rejected_lines IS 'One row a line that is part of no record and no furniture, with its reason_code. text holds at most 1,000 characters, length all. Source: the lines of dumps.';
COMMENT ON TABLE notices IS 'One row a thing worth knowing about a line that was read all the same, such as a footer cut short. Source: the lines of dumps.';
COMMENT ON TABLE unreadable_dumps IS 'One row a file that could not be read as a dump, with the reason and the remedy. Source: the files given to `papersieve run`.';
COMMENT ON TABLE records IS 'One row a record: one entry of one dump that keeps its contract, with the paper it belongs to. *_raw columns hold the text as listed. Source: the dumps, as read and normalised.';
COMMENT ON TABLE quarantined_records IS 'One row an entry that breaks its contract, with every reason_code; it belongs to no paper. Source: the dumps, as read.';
COMMENT ON TABLE papers IS 'One row a paper: the golden record of all records that match. paper_id lasts; paper_lineage says which record gave each value. Source: records, by survivorship rules.';
COMMENT ON TABLE paper_lineage IS 'One row a paper, column and record that gave its value, with the survivorship rule that chose it. Source: the merging of records.';
COMMENT ON TABLE paper_aliases IS 'One row a retired paper id: the paper that it leads to; null where nothing of it is left. Source: the ids of earlier versions.';
COMMENT ON TABLE duplicate_pairs IS 'One row a pair of records that were compared or carry one document: scores in [0, 1] (null where a text is missing), match_key, judgement, rule. Source: the comparison of documents, the audit of clusters, decisions of people.';
COMMENT ON TABLE hot_buckets IS 'One row a bucket with too many documents to compare all; repeats that only it would propose are missed. Source: the block keys of documents.';
COMMENT ON TABLE measures IS 'One row a measure of a version of the store, judged ok, warn or error. Source: the store.';
COMMENT ON TABLE check_results IS 'One row a check and audit: what was checked before each version was published, and how many rows failed. Source: the audits before publishing.';
COMMENT ON TABLE publication IS 'One row: which version of the store this file holds, with which settings, published when. Source: the store and its settings.';
COMMENT ON TABLE paper_history IS 'One row a thing that became of a paper id: created, split (from other_paper_id), merged (into it), withdrawn, revived. Source: the ids of earlier versions.';
COMMENT ON TABLE lookup_keys IS 'One row a document and key of its sketch: what `papersieve lookup` finds near texts by. Source: the texts of documents.';
