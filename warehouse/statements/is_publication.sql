SELECT schema_version FROM publication;
