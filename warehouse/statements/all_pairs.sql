SELECT * EXCLUDE (score, judgement, rule) FROM pairs;
