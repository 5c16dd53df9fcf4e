ATTACH '{path}' AS {name} (STORAGE_VERSION '{version}');
