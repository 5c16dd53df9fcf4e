"""Matches to components in Spark, by large-star and small-star: for more of them than one machine labels.

Each round links every node's larger neighbours to its smallest one, then every node's smaller neighbours likewise
(Kiveris et al., "Connected Components in MapReduce and Beyond", 2014). What stays the same is a star a component.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 (its name in every Spark program)


def components(matches: DataFrame) -> DataFrame:
    """Return document_id, component_id of matches (left_document_id,
    right_document_id): the smallest id that they connect.

    Every document that is in a match is in the result. A checkpoint a round: the session needs a folder for them.
    """
    left, right = F.col("left_document_id"), F.col("right_document_id")
    ends = matches.select(F.greatest(left, right).alias("child"), F.least(left, right).alias("parent"))
    stars = ends.where("child <> parent").distinct().checkpoint()
    while True:
        linked = _small_star(_large_star(stars)).checkpoint()
        # Counts alone could agree by chance: a round that moves one link keeps their number.
        is_settled = linked.count() == stars.count() and linked.exceptAll(stars).isEmpty()
        stars = linked
        if is_settled:
            children = stars.select(F.col("child").alias("document_id"), F.col("parent").alias("component_id"))
            centres = stars.select(F.col("parent").alias("document_id"), F.col("parent").alias("component_id"))
            return children.union(centres.distinct())


def _large_star(links: DataFrame) -> DataFrame:
    both = links.select(F.col("child").alias("node"), F.col("parent").alias("other"))
    both = both.union(links.select(F.col("parent").alias("node"), F.col("child").alias("other")))
    smallest = both.groupBy("node").agg(F.min("other").alias("other"))
    smallest = smallest.select("node", F.least("node", "other").alias("parent"))
    larger = both.where("other > node").join(smallest, "node")
    return larger.select(F.col("other").alias("child"), "parent").where("child <> parent").distinct()


def _small_star(links: DataFrame) -> DataFrame:
    smallest = links.groupBy("child").agg(F.min("parent").alias("smallest"))
    moved = links.join(smallest, "child").select(F.col("parent").alias("child"), F.col("smallest").alias("parent"))
    kept = smallest.select("child", F.col("smallest").alias("parent"))
    return moved.union(kept).where("child <> parent").distinct()
