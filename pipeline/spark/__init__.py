"""Records to papers in bulk, on any Spark cluster: what
`papersieve.pipeline.derive` makes of them, by its functions.
"""
