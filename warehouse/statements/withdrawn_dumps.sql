SELECT DISTINCT dump_id FROM withdrawn_dumps;
