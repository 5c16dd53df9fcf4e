"""Judged pairs to clusters: groups of documents that agree on the whole, so that no chain of matches joins two papers.

What matches connect is a component. Inside one, matches are taken from the strongest on, and one joins the groups of
its two documents only where these groups may be one paper. Components where everything compared is a match are clusters
as they are. What documents are to each other depends on their content, never on their numbers nor on other components.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.matching.guards import TOLD_APART
from papersieve.pipeline.matching.judgement import DECISION

ASSIGNMENT_SCHEMA = {"document_no": pl.Int64, "component_no": pl.Int64, "cluster_no": pl.Int64}

#: The rule of a match whose two documents are in two clusters.
BRIDGE = "bridge"

#: Log-odds beyond which a pair says no more: one certain pair must not outvote three that object.
LIMIT = 6.0

#: How surely a dump must list a paper once (`context.lists_once`) for its documents to be kept apart.
SURE_LIST = 0.25

Places = npt.NDArray[np.int64]


def clusters(documents: pl.DataFrame, pairs: pl.DataFrame, listed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (assignments, bridges) of documents and of all judged pairs among them.

    Documents: document_no, document_id (orders by content: ties go by it), arxiv_id: no cluster has two of them, unless
    a person joined them. Pairs, each once: left_no, right_no, score, judgement, rule. Of the rule `decision`, a match
    is always joined and a non_match never in one cluster; they must not contradict each other. listed: document_no,
    dump_id, lists_once of documents in dumps that list a paper once.

    Assignments: `ASSIGNMENT_SCHEMA`, sorted; each component and cluster is known by its smallest document_no. Bridges:
    left_no, right_no of the matches between two clusters, sorted. The matches inside a cluster connect it. Any union of
    whole components gives what it gives among all the others, whatever the order of rows and the numbers.
    """
    documents = documents.select("document_no", "document_id", "arxiv_id").sort("document_no")
    numbers = documents["document_no"].to_numpy()
    pairs = pairs.with_columns(
        left=pl.Series(np.searchsorted(numbers, pairs["left_no"].to_numpy()), dtype=pl.Int64),
        right=pl.Series(np.searchsorted(numbers, pairs["right_no"].to_numpy()), dtype=pl.Int64),
        is_match=pl.col("judgement") == "match",
    )
    matches = pairs.filter("is_match")
    component = components_of(numbers.size, matches["left"].to_numpy(), matches["right"].to_numpy())
    inside = pairs.with_columns(component=pl.Series(component[pairs["left"].to_numpy()], dtype=pl.Int64)).filter(
        pl.Series(component[pairs["left"].to_numpy()] == component[pairs["right"].to_numpy()], dtype=pl.Boolean)
    )
    cluster = component.copy()
    members = documents.with_columns(component=pl.Series(component, dtype=pl.Int64)).with_row_index("place")
    sure = listed.filter(pl.col("lists_once") >= SURE_LIST).join(
        members.select("document_no", "component"), on="document_no"
    )
    doubtful = _doubtful(members, inside, sure)
    if doubtful.len():
        chosen = pl.col("component").is_in(doubtful.implode())
        _split(members.filter(chosen), inside.filter(chosen), sure.filter(chosen), cluster)
    assignments = pl.DataFrame(
        {"document_no": numbers, "component_no": numbers[component], "cluster_no": numbers[cluster]},
        schema=ASSIGNMENT_SCHEMA,
    )
    apart = cluster[matches["left"].to_numpy()] != cluster[matches["right"].to_numpy()]
    bridges = matches.filter(pl.Series(apart, dtype=pl.Boolean)).select("left_no", "right_no")
    return assignments, bridges.sort("left_no", "right_no")


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


def _doubtful(members: pl.DataFrame, pairs: pl.DataFrame, sure: pl.DataFrame) -> pl.Series:
    """Components in which something speaks against one paper: a
    pair that is no match, two arXiv ids, two documents of one list.
    """
    objecting = pairs.filter(~pl.col("is_match"))["component"]
    ids = members.drop_nulls("arxiv_id").group_by("component").agg(pl.col("arxiv_id").n_unique())
    lists = sure.group_by("component", "dump_id").len().filter(pl.col("len") > 1)
    return pl.concat([objecting, ids.filter(pl.col("arxiv_id") > 1)["component"], lists["component"]]).unique().sort()


def _split(members: pl.DataFrame, pairs: pl.DataFrame, sure: pl.DataFrame, cluster: Places) -> None:
    """Write into cluster the smallest place of each member's group."""
    members = members.sort("component", "document_id").with_columns(local=pl.int_range(pl.len()).over("component"))
    local = dict(members.select("place", "local").iter_rows())
    left, right = (pl.col(side).replace_strict(local, return_dtype=pl.Int64) for side in ("left", "right"))
    ends = pairs.select(
        "component",
        "is_match",
        one=pl.min_horizontal(left, right),
        other=pl.max_horizontal(left, right),
        score=pl.col("score").fill_null(0.0),
        is_refused=pl.col("judgement") == "non_match",
        is_decided=pl.col("rule") == DECISION,
        is_told_apart=pl.col("rule").is_in(TOLD_APART),
    )
    lists = (
        sure.join(members.select("document_no", "local"), on="document_no")
        .group_by("component", "local")
        .agg("dump_id")
    )
    by_component = {
        name: frame for (name,), frame in ends.partition_by("component", as_dict=True, include_key=False).items()
    }
    lists_of = {
        name: dict(frame.iter_rows())
        for (name,), frame in lists.partition_by("component", as_dict=True, include_key=False).items()
    }
    for (name,), frame in members.partition_by("component", as_dict=True, include_key=False).items():
        groups = _Groups(frame["arxiv_id"].to_list(), lists_of.get(name, {}))
        _gather(groups, list(by_component[name].iter_rows(named=True)))
        places = frame["place"].to_list()
        smallest: dict[int, int] = {}
        found = [groups.of(number) for number in range(len(places))]
        for place, group in zip(places, found, strict=True):
            smallest[group] = min(place, smallest.get(group, place))
        cluster[places] = [smallest[group] for group in found]


@dataclass
class _Between:
    """All pairs compared between two groups: their clipped scores, and whether one of them is no match at all.

    The total is in millionths, as scores are rounded to: whole numbers add up alike in any order.
    """

    total: int
    is_refused: bool

    def add(self, more: "_Between") -> "_Between":
        return _Between(self.total + more.total, self.is_refused or more.is_refused)


@dataclass
class _Groups:
    """Documents 0 … of one component in the order of their content, and which are united."""

    arxiv_ids: list[str | None]
    lists: dict[int, list[str]]
    leader: list[int] = field(init=False)
    members: dict[int, list[int]] = field(init=False)
    between: dict[int, dict[int, _Between]] = field(init=False)
    hostile: dict[int, set[int]] = field(init=False)
    #: (dump, document, document): matches of two documents of a dump that lists a paper once: the exceptions from its
    #: rule.
    listed_twice: set[tuple[str, int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.leader = list(range(len(self.arxiv_ids)))
        self.members = {number: [number] for number in self.leader}
        self.between = {number: {} for number in self.leader}
        self.hostile = {number: set() for number in self.leader}

    def of(self, number: int) -> int:
        while self.leader[number] != number:
            self.leader[number] = number = self.leader[self.leader[number]]
        return number

    def may_be_one(self, one: int, other: int) -> bool:
        return (
            other not in self.hostile[one]
            and not self._have_other_ids(one, other)
            and not self._are_listed_apart(one, other)
        )

    def _have_other_ids(self, one: int, other: int) -> bool:
        ids = [{self.arxiv_ids[m] for m in self.members[group]} - {None} for group in (one, other)]
        return bool(ids[0] and ids[1]) and ids[0].isdisjoint(ids[1])

    def _are_listed_apart(self, one: int, other: int) -> bool:
        """Whether a dump that lists a paper once has documents of both, no two of which match each other."""
        listed: list[dict[str, list[int]]] = []
        for group in (one, other):
            by_dump: dict[str, list[int]] = {}
            for member in self.members[group]:
                for dump in self.lists.get(member, ()):
                    by_dump.setdefault(dump, []).append(member)
            listed.append(by_dump)
        return any(
            not any((dump, min(a, b), max(a, b)) in self.listed_twice for a in listed[0][dump] for b in listed[1][dump])
            for dump in listed[0].keys() & listed[1].keys()
        )

    def unite(self, one: int, other: int) -> None:
        kept, gone = (one, other) if len(self.between[one]) >= len(self.between[other]) else (other, one)
        self.leader[gone] = kept
        self.members[kept] += self.members.pop(gone)
        for third, said in self.between.pop(gone).items():
            del self.between[third][gone]
            if third != kept:
                known = self.between[kept].get(third)
                self.between[kept][third] = self.between[third][kept] = known.add(said) if known else said
        for enemy in self.hostile.pop(gone):
            self.hostile[enemy].discard(gone)
            self.hostile[enemy].add(kept)
            self.hostile[kept].add(enemy)


def _gather(groups: _Groups, pairs: list[dict[str, Any]]) -> None:
    """Unite what was decided, then what matches, the strongest first, where the groups agree."""
    matches = [pair for pair in pairs if pair["is_match"]]
    for pair in pairs:
        if not pair["is_decided"]:
            said = _Between(round(min(max(pair["score"], -LIMIT), LIMIT) * 1e6), pair["is_refused"])
            groups.between[pair["one"]][pair["other"]] = groups.between[pair["other"]][pair["one"]] = said
    for pair in matches:
        for dump in set(groups.lists.get(pair["one"], ())) & set(groups.lists.get(pair["other"], ())):
            groups.listed_twice.add((dump, pair["one"], pair["other"]))
        if pair["is_decided"] and (one := groups.of(pair["one"])) != (other := groups.of(pair["other"])):
            groups.unite(one, other)
    for pair in pairs:
        one, other = groups.of(pair["one"]), groups.of(pair["other"])
        # What a person joined is joined, whatever titles say.
        if not pair["is_match"] and (pair["is_decided"] or pair["is_told_apart"]) and one != other:
            groups.hostile[one].add(other)
            groups.hostile[other].add(one)
    for pair in sorted(matches, key=lambda pair: (-pair["score"], pair["one"], pair["other"])):
        one, other = groups.of(pair["one"]), groups.of(pair["other"])
        if one != other and groups.may_be_one(one, other) and _agree(groups.between[one][other]):
            groups.unite(one, other)


def _agree(said: _Between) -> bool:
    """Whether two groups are rather one paper than two, by the
    mean of all that was compared or as nothing speaks against it.
    """
    return said.total >= 0 or not said.is_refused
