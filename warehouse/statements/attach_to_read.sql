ATTACH '{path}' AS {name} (READ_ONLY);
USE {name};
