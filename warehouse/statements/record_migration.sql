INSERT INTO schema_migrations VALUES ($version, $name, (now() AT TIME ZONE 'UTC'));
