"""Matches to clusters: connected components, each known by its earliest document."""

import numpy as np
import polars as pl


def clusters(documents: pl.DataFrame, matches: pl.DataFrame) -> pl.DataFrame:
    """Every document (document_no) with its cluster_no: the smallest document_no that matches connect it to.

    Matches (left_no, right_no) may name only documents of the frame. The result is sorted by document_no and
    does not depend on the order of either frame.
    """
    # Imported here: scipy takes as long to import as a small run takes to work.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    numbers = np.unique(documents["document_no"].to_numpy())
    left = np.searchsorted(numbers, matches["left_no"].to_numpy())
    right = np.searchsorted(numbers, matches["right_no"].to_numpy())
    graph = coo_array((np.ones(left.size, np.uint8), (left, right)), shape=(numbers.size, numbers.size))
    _, labels = connected_components(graph, directed=False) if numbers.size else (0, np.empty(0, np.int32))
    return pl.DataFrame({"document_no": numbers, "label": labels}, schema_overrides={"document_no": pl.Int64}).select(
        "document_no", cluster_no=pl.col("document_no").min().over("label")
    )
