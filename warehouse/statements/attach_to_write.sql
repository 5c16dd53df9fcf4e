ATTACH '{path}' AS {name};
