SELECT coalesce(max(seq), 0) AS version FROM dump_ledger;
