SELECT alias_id, paper_id FROM paper_aliases;
