"""Judged pairs to clusters: groups of documents that agree as a whole, so that no chain of matches joins two papers.

Documents that matches connect are a component. Inside it, matches are taken strongest first, and each unites the groups
of its two documents only if these groups may be one paper. A component in which all compared pairs match is a cluster
as it is. The result depends on the content of documents, never on their numbers or on other components.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.matching.groups import Compared, gather
from papersieve.pipeline.matching.guards import TOLD_APART
from papersieve.pipeline.matching.judgement import DECISION

ASSIGNMENT_SCHEMA = {"document_no": pl.Int64, "component_no": pl.Int64, "cluster_no": pl.Int64}

#: The rule of a match between documents of different clusters.
BRIDGE = "bridge"

#: How surely a dump must list each paper once (`context.lists_once`) for its documents to be kept apart.
SURE_LIST = 0.25

Places = npt.NDArray[np.int64]


def clusters(documents: pl.DataFrame, pairs: pl.DataFrame, listed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (assignments, bridges) for documents and all judged pairs among them.

    documents: document_no; document_id, which breaks ties; arxiv_id, of which no cluster has two unless a person joined
    them. pairs, each once: left_no, right_no, score, judgement, rule. With the rule `decision`, a match is always
    joined and a non_match never in one cluster; decisions must not contradict each other. listed: document_no, dump_id,
    lists_once of documents in dumps that list each paper once.

    Assignments: `ASSIGNMENT_SCHEMA`, sorted; a component or cluster is identified by its smallest document_no. Bridges:
    left_no, right_no of the matches between two clusters, sorted. The matches inside a cluster connect it. A component
    gives the same result whatever other components are passed, and whatever the order of rows and the numbers.
    """
    documents = documents.select("document_no", "document_id", "arxiv_id").sort("document_no")
    numbers = documents["document_no"].to_numpy()
    pairs = _placed(pairs, numbers)
    left, right = (pairs[side].to_numpy() for side in ("left", "right"))
    is_match = pairs["is_match"].to_numpy()
    component = components_of(numbers.size, left[is_match], right[is_match])
    inside = pairs.with_columns(component=_column(component[left])).filter(component[left] == component[right])
    members = documents.with_columns(component=_column(component)).with_row_index("place")
    of = members.select("document_no", "component")
    sure = listed.filter(pl.col("lists_once") >= SURE_LIST).join(of, on="document_no")
    cluster = _clustered(members, inside, sure, component)
    found = {"document_no": numbers, "component_no": numbers[component], "cluster_no": numbers[cluster]}
    assignments = pl.DataFrame(found, schema=ASSIGNMENT_SCHEMA)
    bridges = pairs.filter(is_match & (cluster[left] != cluster[right])).select("left_no", "right_no")
    return assignments, bridges.sort("left_no", "right_no")


def _placed(pairs: pl.DataFrame, numbers: Places) -> pl.DataFrame:
    """Pairs with the places of their two documents, left and right, and is_match."""
    places = {side: _column(np.searchsorted(numbers, pairs[f"{side}_no"].to_numpy())) for side in ("left", "right")}
    return pairs.with_columns(**places, is_match=pl.col("judgement") == "match")


def _column(numbers: Places) -> pl.Series:
    return pl.Series(numbers, dtype=pl.Int64)


def components_of(size: int, left: Places, right: Places) -> Places:
    """For each of 0 … size - 1, the smallest number that these pairs connect it to."""
    smallest = np.arange(size)
    while True:
        one, other = smallest[left], smallest[right]
        is_apart = one != other
        if not is_apart.any():
            return smallest
        left, right, one, other = (ends[is_apart] for ends in (left, right, one, other))
        # A number with smaller neighbours joins the smallest. Of numbers with neighbours, at most half have no smaller.
        np.minimum.at(smallest, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(smallest, further := smallest[smallest]):
            smallest = further


def _clustered(members: pl.DataFrame, pairs: pl.DataFrame, sure: pl.DataFrame, component: Places) -> Places:
    """The smallest place in each document's cluster. A component without objections is a cluster as it is."""
    doubtful = _doubtful(members, pairs, sure)
    cluster = component.copy()
    if doubtful.is_empty():
        return cluster
    is_doubtful = pl.col("component").is_in(doubtful.implode())
    members, pairs, sure = (frame.filter(is_doubtful) for frame in (members, pairs, sure))
    members = members.sort("component", "document_id").with_columns(local=pl.int_range(pl.len()).over("component"))
    listed = sure.join(members.select("document_no", "local"), on="document_no")
    lists = _by_component(listed.group_by("component", "local").agg("dump_id"))
    compared = _by_component(_compared(pairs, members))
    for name, frame in _by_component(members).items():
        said = [Compared(*row) for row in compared[name].iter_rows()]
        of_each = dict(lists[name].iter_rows()) if name in lists else {}
        group, places = np.array(gather(said, frame["arxiv_id"].to_list(), of_each)), frame["place"].to_numpy()
        smallest = np.full(group.size, cluster.size)
        np.minimum.at(smallest, group, places)
        cluster[places] = smallest[group]
    return cluster


def _by_component(frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    parts = frame.partition_by("component", as_dict=True, include_key=False)
    return {name: part for (name,), part in parts.items()}


def _compared(pairs: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """component and the fields of `groups.Compared`, with the local numbers of documents."""
    local = dict(members.select("place", "local").iter_rows())
    left, right = (pl.col(side).replace_strict(local, return_dtype=pl.Int64) for side in ("left", "right"))
    return pairs.select(
        "component",
        one=pl.min_horizontal(left, right),
        other=pl.max_horizontal(left, right),
        score=pl.col("score").fill_null(0.0),
        is_match="is_match",
        is_refused=pl.col("judgement") == "non_match",
        is_decided=pl.col("rule") == DECISION,
        is_told_apart=pl.col("rule").is_in(TOLD_APART),
    )


def _doubtful(members: pl.DataFrame, pairs: pl.DataFrame, sure: pl.DataFrame) -> pl.Series:
    """Components that may be several papers: those with a pair that is no match, two arXiv ids, or two of one list."""
    objecting = pairs.filter(~pl.col("is_match"))["component"]
    ids = members.drop_nulls("arxiv_id").group_by("component").agg(pl.col("arxiv_id").n_unique())
    lists = sure.group_by("component", "dump_id").len().filter(pl.col("len") > 1)
    return pl.concat([objecting, ids.filter(pl.col("arxiv_id") > 1)["component"], lists["component"]]).unique().sort()
