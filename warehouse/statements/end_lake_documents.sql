DROP TABLE IF EXISTS new_from_lake;
DROP TABLE IF EXISTS new_keys_from_lake;
