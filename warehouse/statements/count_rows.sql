SELECT count(*) FROM ({rows});
