SELECT schema_version, store_version, fingerprint, published_at FROM publication;
