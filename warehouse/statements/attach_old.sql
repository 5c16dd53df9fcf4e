ATTACH '{path}' AS old;
