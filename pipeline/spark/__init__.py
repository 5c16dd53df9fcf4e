"""Records to papers in bulk, on any Spark cluster, by the functions of `papersieve.pipeline.derive`."""
