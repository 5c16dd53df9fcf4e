"""Records to papers in bulk, on any Spark cluster: what `pipeline.derive` makes of them, by its functions."""
