"""Judged pairs to clusters: the components of the matches, audited, so that no chain of them joins two papers.

What documents are to each other depends on their content alone, never on their numbers nor on other components.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.matching.judgement import OTHER_CITATION, OTHER_PART
from pipeline.matching.split import Component, split_component

#: A match is a part of the other where it is less similar than this, and has this share of its shingles from there.
#: Two texts that hold a larger part in common match each other.
PART_SIMILARITY, PART_CONTAINMENT = 2 / 3, 0.8

#: The rule of a pair that a person decided; it outranks all others.
DECISION = "decision"

#: Rules of pairs that no chain joins.
TOLD_APART = (OTHER_PART, OTHER_CITATION)

ASSIGNMENT_SCHEMA = {"document_no": pl.Int64, "component_no": pl.Int64, "cluster_no": pl.Int64}
BRIDGE_SCHEMA = {"left_no": pl.Int64, "right_no": pl.Int64, "rule": pl.String}

Places = npt.NDArray[np.int64]


def clusters(documents: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (assignments, bridges) of documents and of all judged pairs among them.

    Documents: document_no, document_id (orders by content: ties go by it), abstract_words (0 without an abstract),
    arxiv_id: no cluster has two of them, whatever matches, unless a person joined them.
    Pairs, each once: left_no, right_no, similarity, containment, title_similarity, judgement, rule. Of the rule
    `decision`, a match is always joined and a non_match never in one cluster; they must not contradict each other.

    Assignments: document_no, component_no, cluster_no, sorted; a component is what matches connect, a cluster what
    `audit` leaves together, each known by its smallest document_no. Bridges: left_no, right_no, rule: the matches
    between two clusters, sorted; `ambiguous_part` where one text is a part of the other, else `bridge`. The matches
    inside a cluster connect it. Any union of whole components gives what it gives among all the others, whatever
    the order of rows and the numbers.
    """
    documents = documents.select("document_no", "document_id", "abstract_words", "arxiv_id").sort("document_no")
    numbers = documents["document_no"].to_numpy()
    pairs = _placed(pairs, numbers, documents["abstract_words"].to_numpy())
    is_match = pl.col("judgement") == "match"
    matches = pairs.filter(is_match)
    component = components_of(numbers.size, matches["left"].to_numpy(), matches["right"].to_numpy())
    pairs = pairs.with_columns(
        component=pl.Series(component[pairs["left"].to_numpy()]), right_component=component[pairs["right"].to_numpy()]
    ).filter(pl.col("component") == pl.col("right_component"))
    doubtful = _doubtful(component, documents["arxiv_id"], pairs)
    cluster = component.copy()
    if doubtful.size:
        members = documents.with_columns(component=pl.Series(component)).with_row_index("place")
        _audit(
            members.filter(pl.col("component").is_in(doubtful)),
            pairs.filter(pl.col("component").is_in(doubtful)),
            cluster,
        )
    assignments = pl.DataFrame(
        {"document_no": numbers, "component_no": numbers[component], "cluster_no": numbers[cluster]},
        schema=ASSIGNMENT_SCHEMA,
    )
    apart = cluster[pairs["left"].to_numpy()] != cluster[pairs["right"].to_numpy()]
    rule = pl.when("is_part").then(pl.lit("ambiguous_part")).otherwise(pl.lit("bridge"))
    bridges = pairs.filter(is_match & pl.Series(apart, dtype=pl.Boolean)).select("left_no", "right_no", rule=rule)
    return assignments, bridges.sort("left_no", "right_no")


def _placed(pairs: pl.DataFrame, numbers: Places, words: Places) -> pl.DataFrame:
    """Pairs with the places of their documents, and whether the shorter text is a part of the longer."""
    left, right = (np.searchsorted(numbers, pairs[c].to_numpy()) for c in ("left_no", "right_no"))
    has_no_abstract = np.minimum(words[left], words[right]) == 0
    is_cut = (pl.col("similarity") < PART_SIMILARITY) & (pl.col("containment") >= PART_CONTAINMENT)
    return pairs.with_columns(
        left=pl.Series(left, dtype=pl.Int64),
        right=pl.Series(right, dtype=pl.Int64),
        is_part=(pl.col("judgement") == "match")
        & (pl.col("rule") != DECISION)
        & (is_cut.fill_null(value=False) | pl.Series(has_no_abstract, dtype=pl.Boolean)),
    )


def components_of(size: int, left: Places, right: Places) -> Places:
    """Return, for each of 0 … size - 1, the smallest number that these pairs connect it to."""
    smallest = np.arange(size)
    while True:
        one, other = smallest[left], smallest[right]
        is_apart = one != other
        if not is_apart.any():
            return smallest
        left, right, one, other = (ends[is_apart] for ends in (left, right, one, other))
        # What has a smaller neighbour joins the smallest: of those that have a neighbour, at most half do not.
        np.minimum.at(smallest, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(smallest, further := smallest[smallest]):
            smallest = further


def _doubtful(component: Places, arxiv_ids: pl.Series, pairs: pl.DataFrame) -> Places:
    """Components that the audit may split: those in which no document matches all others as a whole.

    Where one does, and neither a person nor an identifier says otherwise, it is the centre of all.
    """
    sizes = np.bincount(component, minlength=component.size)
    whole = pairs.filter((pl.col("judgement") == "match") & ~pl.col("is_part"))
    matched = np.bincount(whole["left"].to_numpy(), minlength=component.size)
    matched += np.bincount(whole["right"].to_numpy(), minlength=component.size)
    is_held = np.zeros(component.size, bool)
    is_held[component[matched == sizes[component] - 1]] = True
    is_held |= sizes <= 2
    apart = pairs.filter((pl.col("judgement") != "match") & pl.col("rule").is_in([DECISION, *TOLD_APART]))
    is_held[apart["component"].to_numpy()] = False
    known = pl.DataFrame({"component": component, "arxiv_id": arxiv_ids}).drop_nulls()
    several = known.group_by("component").agg(pl.col("arxiv_id").n_unique()).filter(pl.col("arxiv_id") > 1)
    is_held[several["component"].to_numpy()] = False
    return np.flatnonzero(~is_held & (sizes > 0))


def _audit(documents: pl.DataFrame, pairs: pl.DataFrame, cluster: Places) -> None:
    """Split components, and write into cluster the smallest place of each document's."""
    documents = documents.sort("component", "document_id")
    components, local = {}, {}
    for members in documents.partition_by("component", maintain_order=True):
        places = members["place"].to_list()
        local.update({place: number for number, place in enumerate(places)})
        components[members["component"][0]] = (
            places,
            Component(members["abstract_words"].to_list(), members["arxiv_id"].to_list()),
        )
    rows = pairs.select("component", "left", "right", "is_part", "similarity", "title_similarity", "judgement", "rule")
    for name, left, right, is_part, similarity, titles, judgement, rule in rows.iter_rows():
        one, other = sorted((local[left], local[right]))
        component = components[name][1]
        if rule == DECISION:
            (component.together if judgement == "match" else component.apart).append((one, other))
        elif is_part:
            words = component.words
            part, whole = (one, other) if (words[one], one) < (words[other], other) else (other, one)
            component.parts.append((part, whole, titles == 1.0))
        elif judgement == "match":
            component.whole[one, other] = similarity or 0.0
        elif rule in TOLD_APART:
            component.told_apart.append((one, other))
    for places, component in components.values():
        groups = split_component(component)
        smallest: dict[int, int] = {}
        for place, group in zip(places, groups, strict=True):
            smallest[group] = min(place, smallest.get(group, place))
        cluster[places] = [smallest[group] for group in groups]
