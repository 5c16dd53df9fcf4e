"""Scored pairs to clusters that agree on the whole: a chain of matches joins two groups only if all their pairs do.

Connected components let one wrong match join two papers, and a drifting chain a hundred. So matches are taken
from the strongest on, and one joins the groups of its two documents only where the mean score of all pairs
compared between the groups is that of a match; else it is a bridge, and is left for review. Equal scores are
taken in the order of the document numbers: number documents by content, and no order of arrival decides.
"""

from dataclasses import dataclass, field

import polars as pl

#: Log-odds beyond which a pair says no more: one certain pair must not outvote three that object.
LIMIT = 6.0


@dataclass
class _Groups:
    """Groups of documents, and between each two that were compared the sum and the number of scores."""

    parent: list[int]
    between: list[dict[int, tuple[float, int]]] = field(default_factory=list)

    def find(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def mean(self, one: int, other: int) -> float:
        total, count = self.between[one][other]
        return total / count

    def join(self, one: int, other: int) -> None:
        if len(self.between[one]) > len(self.between[other]):
            one, other = other, one
        self.parent[one] = other
        for third, (total, count) in self.between[one].items():
            del self.between[third][one]
            if third != other:
                more, pairs = self.between[other].get(third, (0.0, 0))
                self.between[other][third] = self.between[third][other] = (total + more, count + pairs)
        self.between[one] = {}


def agreeing_clusters(documents: int, pairs: pl.DataFrame, *, match_from: float) -> tuple[pl.Series, pl.Series]:
    """Return (the smallest number of each document's cluster, which pairs are bridges).

    Documents are 0 … documents - 1; pairs (left_no, right_no, score) name each two at most once. match_from
    is the score of a match. A bridge is a match whose two documents ended in different clusters.
    """
    groups = _Groups(list(range(documents)), [{} for _ in range(documents)])
    scored = pairs.select("left_no", "right_no", "score").sort("left_no", "right_no")
    for left, right, score in scored.iter_rows():
        groups.between[left][right] = groups.between[right][left] = (min(max(score, -LIMIT), LIMIT), 1)
    matches = scored.filter(pl.col("score") >= match_from).sort(
        "score", "left_no", "right_no", descending=[True, False, False]
    )
    for left, right, _ in matches.iter_rows():
        one, other = groups.find(left), groups.find(right)
        if one != other and groups.mean(one, other) >= match_from:
            groups.join(one, other)
    labels = pl.DataFrame(
        {"no": range(documents), "group": [groups.find(n) for n in range(documents)]},
        schema={"no": pl.Int64, "group": pl.Int64},
    )
    clusters = labels.select(pl.col("no").min().over("group"))["no"].alias("cluster_no")
    apart = clusters.gather(pairs["left_no"]) != clusters.gather(pairs["right_no"])
    return clusters, (apart & (pairs["score"] >= match_from)).alias("is_bridge")
