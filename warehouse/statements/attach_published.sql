ATTACH '{path}' AS published (STORAGE_VERSION '{version}');
