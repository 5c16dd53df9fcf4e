"""Records to papers in bulk, on any Spark cluster, with the functions of `papersieve.pipeline.derive`."""
