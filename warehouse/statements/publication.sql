SELECT schema_version, store_version, fingerprint, revision, revision_id, published_at FROM publication;
