SELECT * EXCLUDE (judgement, rule) FROM pairs;
