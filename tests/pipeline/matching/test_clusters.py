"""Clusters compared with networkx, a plain oracle and permutations; then chains that must be cut, or must not be."""

import itertools
from fractions import Fraction

import networkx as nx
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.deduplicate import deduplicate
from papersieve.pipeline.derive import LISTED_SCHEMA
from papersieve.pipeline.matching.clusters import SURE_LIST, clusters
from papersieve.pipeline.matching.groups import LIMIT
from papersieve.pipeline.matching.guards import TOLD_APART
from tests.support.examples import examples

#: Judged pairs of each kind: (score, judgement, rule).
Pair = tuple[float | None, str, str]

ALIKE: Pair = (5.0, "match", "model")
WEAK: Pair = (0.5, "match", "model")
DOUBTED: Pair = (-1.0, "review", "model")
UNLIKE: Pair = (-5.0, "non_match", "model")
PARTS: Pair = (5.0, "review", "other_part")
TOGETHER: Pair = (None, "match", "decision")
APART: Pair = (4.0, "non_match", "decision")

Pairs = dict[tuple[str, str], Pair]

PAIR_SCHEMA = {
    "left_no": pl.Int64,
    "right_no": pl.Int64,
    "score": pl.Float64,
    "judgement": pl.String,
    "rule": pl.String,
}


class World:
    """Documents by content id, judged pairs of them, arXiv ids, and which dumps list which documents."""

    def __init__(self, names, pairs: Pairs, arxiv=None, listed=(), once=None) -> None:
        self.names, self.pairs, self.arxiv = list(names), pairs, arxiv or {}
        self.listed, self.once = list(listed), once or {}

    def frames(self, numbers: dict[str, int] | None = None) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        numbers = numbers or {name: place for place, name in enumerate(self.names)}
        documents = pl.DataFrame(
            [(numbers[name], name, self.arxiv.get(name)) for name in self.names],
            schema={"document_no": pl.Int64, "document_id": pl.String, "arxiv_id": pl.String},
            orient="row",
        )
        rows = [(*sorted((numbers[a], numbers[b])), *said) for (a, b), said in self.pairs.items()]
        listed = [(numbers[name], dump, self.once.get(dump, 1.0)) for name, dump in self.listed]
        return (
            documents,
            pl.DataFrame(rows, schema=PAIR_SCHEMA, orient="row"),
            pl.DataFrame(listed, schema=LISTED_SCHEMA, orient="row"),
        )

    def partition(self, numbers: dict[str, int] | None = None) -> set[frozenset[str]]:
        documents, pairs, listed = self.frames(numbers)
        found = clusters(documents, pairs, listed)[0].join(documents, on="document_no")
        return {frozenset(members) for members in found.group_by("cluster_no").agg("document_id")["document_id"]}

    def only(self, some: set[str]) -> "World":
        pairs = {ends: said for ends, said in self.pairs.items() if some.issuperset(ends)}
        names = [name for name in self.names if name in some]
        return World(names, pairs, self.arxiv, [place for place in self.listed if place[0] in some], self.once)

    def shuffled(self, rng) -> "World":
        pairs = dict(rng.sample(list(self.pairs.items()), len(self.pairs)))
        names = rng.sample(self.names, len(self.names))
        return World(names, pairs, self.arxiv, rng.sample(self.listed, len(self.listed)), self.once)

    def graph(self, rule: str | None = None) -> nx.Graph:
        """Documents and the matches between them (of one rule, if given)."""
        graph = nx.Graph()
        graph.add_nodes_from(self.names)
        graph.add_edges_from(e for e, s in self.pairs.items() if s[1] == "match" and rule in (None, s[2]))
        return graph


def tenths(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(lambda n: n / 10)


kinds = st.one_of(
    st.tuples(tenths(0, 90), st.just("match"), st.just("model")),
    st.tuples(tenths(-22, -1), st.just("review"), st.just("model")),
    st.tuples(tenths(-90, -23), st.just("non_match"), st.just("model")),
    st.tuples(tenths(-22, 90), st.just("review"), st.sampled_from(TOLD_APART)),
)


@st.composite
def worlds(draw, decided: bool = True) -> World:
    """Worlds with or without decisions, which never contradict each other."""
    names = [f"{n:032x}" for n in draw(st.lists(st.integers(0, 10**9), max_size=8, unique=True))]
    paper = {name: draw(st.integers(0, 2)) for name in names}
    pairs: Pairs = {}
    for one, other in itertools.combinations(names, 2):
        if draw(st.integers(0, 9)) < 6:
            pairs[one, other] = draw(kinds)
        if decided and draw(st.integers(0, 9)) == 0:
            score = draw(st.none() | tenths(-90, 90))
            pairs[one, other] = (score, "match" if paper[one] == paper[other] else "non_match", "decision")
    arxiv = {name: draw(st.sampled_from([None, None, None, "x", "y"])) for name in names}
    listed = [(name, dump) for name in names for dump in "ab" if draw(st.integers(0, 4)) == 0]
    return World(
        names, pairs, arxiv, listed, {"a": 1.0, "b": draw(st.sampled_from([1.0, SURE_LIST, SURE_LIST - 0.05]))}
    )


def oracle(world: World) -> set[frozenset[str]]:
    """The same partition, found by looking at all pairs each time, with exact sums."""
    groups = [frozenset(part) for part in nx.connected_components(world.graph("decision"))]
    sure = {dump for dump in "ab" if world.once.get(dump, 1.0) >= SURE_LIST}
    compared = {frozenset(ends): said for ends, said in world.pairs.items()}

    def may_be_one(one: frozenset[str], other: frozenset[str]) -> bool:
        between = [(a, b, compared[frozenset((a, b))]) for a in one for b in other if frozenset((a, b)) in compared]
        if any(s[1] != "match" and (s[2] == "decision" or s[2] in TOLD_APART) for _, _, s in between):
            return False
        ids = [{world.arxiv.get(name) for name in group} - {None} for group in (one, other)]
        if ids[0] and ids[1] and not ids[0] & ids[1]:
            return False
        for dump in sure:
            there = [{name for name, d in world.listed if d == dump and name in group} for group in (one, other)]
            matched = any(s[1] == "match" and a in there[0] and b in there[1] for a, b, s in between)
            if all(there) and not matched:
                return False
        clipped = [min(max(Fraction(str(s[0])), -Fraction(LIMIT)), Fraction(LIMIT)) for *_, s in between]
        return sum(clipped) >= 0 or not any(s[1] == "non_match" for *_, s in between)

    matches = [(-said[0], *sorted(ends)) for ends, said in world.pairs.items() if said[1:] == ("match", "model")]
    for _, a, b in sorted(matches):
        one, other = (next(group for group in groups if name in group) for name in (a, b))
        if one != other and may_be_one(one, other):
            groups = [group for group in groups if group not in (one, other)] + [one | other]
    return set(groups)


@pytest.mark.long
@examples(120)
@given(worlds())
def test_clusters_are_those_of_a_plain_oracle(world):
    assert world.partition() == oracle(world)


@examples(60)
@given(worlds(), st.randoms(use_true_random=False))
def test_components_are_those_of_networkx_and_bridges_the_matches_between_clusters(world, rng):
    numbers = dict(zip(world.names, rng.sample(range(1000), len(world.names)), strict=True))
    found, bridges = clusters(*world.frames(numbers))
    assert found["document_no"].to_list() == sorted(numbers.values())
    matches = nx.relabel_nodes(world.graph(), numbers)
    component = {no: min(part) for part in nx.connected_components(matches) for no in part}
    assert dict(found.select("document_no", "component_no").iter_rows()) == component
    cluster = dict(found.select("document_no", "cluster_no").iter_rows())
    between = [tuple(sorted(pair)) for pair in matches.edges if cluster[pair[0]] != cluster[pair[1]]]
    assert bridges.rows() == sorted(between)
    kept = matches.copy()
    kept.remove_edges_from(between)
    # The matches inside a cluster connect it, and its smallest number identifies it.
    assert {no: min(part) for part in nx.connected_components(kept) for no in part} == cluster


@examples(60)
@given(worlds(), st.randoms(use_true_random=False))
def test_neither_numbers_nor_the_order_of_rows_nor_other_components_decide(world, rng):
    found = world.partition()
    numbers = dict(zip(world.names, rng.sample(range(1000), len(world.names)), strict=True))
    assert world.shuffled(rng).partition(numbers) == found
    some = {name for part in nx.connected_components(world.graph()) if rng.random() < 0.5 for name in part}
    assert world.only(some).partition() == {members for members in found if members <= some}


@examples(60)
@given(worlds())
def test_no_cluster_holds_what_is_two_papers_unless_a_person_joined_it(world):
    cluster = {name: members for members in world.partition() for name in members}
    joined = world.graph("decision")
    for (a, b), (_, judgement, rule) in world.pairs.items():
        if rule == "decision":
            assert (cluster[a] == cluster[b]) == (judgement == "match")
        elif rule in TOLD_APART and cluster[a] == cluster[b]:
            assert nx.has_path(joined, a, b)
    # Whoever joins documents with two arXiv ids makes both ids one paper's, for all documents that have one of them.
    alike = nx.Graph()
    alike.add_nodes_from("xy")
    for part in nx.connected_components(joined):
        nx.add_path(alike, [world.arxiv[name] for name in part if world.arxiv[name]])
    for members in set(cluster.values()):
        ids = {world.arxiv[name] for name in members} - {None}
        assert all(nx.has_path(alike, one, other) for one, other in itertools.combinations(ids, 2))
        for dump in [dump for dump in "ab" if world.once[dump] >= SURE_LIST]:
            listed = {name for name, d in world.listed if d == dump} & members
            # A list that names each paper once may make exceptions: its documents in a cluster match each other.
            within = joined.copy()
            within.add_edges_from(ends for ends in world.graph().edges if listed.issuperset(ends))
            assert all(nx.has_path(within, one, other) for one, other in itertools.combinations(listed, 2))


@given(worlds(decided=False))
def test_without_objections_clusters_are_the_connected_components(world):
    matches = {ends: said for ends, said in world.pairs.items() if said[1] == "match"}
    friendly = World(world.names, matches)
    assert friendly.partition() == {frozenset(part) for part in nx.connected_components(friendly.graph())}


def test_a_chain_through_a_confident_non_match_is_cut_at_its_weakest_match():
    world = World("abc", {("a", "b"): ALIKE, ("b", "c"): WEAK, ("a", "c"): UNLIKE})
    assert world.partition() == {frozenset("ab"), frozenset("c")}
    assert clusters(*world.frames())[1].rows() == [(1, 2)]


def test_a_chain_through_a_doubted_pair_holds():
    for doubt in (DOUBTED, (-2.0, "review", "model")):
        assert World("abc", {("a", "b"): ALIKE, ("b", "c"): WEAK, ("a", "c"): doubt}).partition() == {frozenset("abc")}


def test_two_sure_matches_outweigh_a_non_match_however_certain_that_is():
    pairs = {("a", "b"): ALIKE, ("b", "c"): ALIKE, ("a", "c"): (-4.0, "non_match", "model")}
    assert World("abc", pairs).partition() == {frozenset("abc")}
    certain = dict.fromkeys(itertools.combinations("abc", 2), ALIKE) | {
        ("a", "d"): WEAK,
        ("c", "d"): (-99.0, "non_match", "model"),
    }
    assert World("abcd", certain).partition() == {frozenset("abc"), frozenset("d")}
    assert World(
        "abcd", certain | {("a", "d"): (4.0, "match", "model"), ("b", "d"): (4.0, "match", "model")}
    ).partition() == {frozenset("abcd")}


def test_what_adds_up_to_nothing_is_the_same_in_whichever_order_a_persons_links_came():
    # With floats, 0.2 + 5.8 - 6 is a little below 0 in some orders of addition.
    scores = [(5.8, "match", "model"), (0.2, "match", "model"), (-6.0, "non_match", "model")]
    for said in itertools.permutations(scores):
        compared = {(name, "d"): score for name, score in zip("abc", said, strict=True)}
        for ends in itertools.permutations([("a", "b"), ("b", "c"), ("a", "c")], 2):
            world = World("abcd", compared | dict.fromkeys(ends, TOGETHER))
            assert world.partition() == oracle(world) == {frozenset("abcd")}


def test_one_wrong_match_does_not_fuse_two_papers():
    one, other = "abcd", "wxyz"
    inside = [*itertools.combinations(one, 2), *itertools.combinations(other, 2)]
    between = dict.fromkeys(itertools.product(one, other), UNLIKE) | {("a", "z"): (4.0, "match", "model")}
    assert World(one + other, dict.fromkeys(inside, ALIKE) | between).partition() == {frozenset(one), frozenset(other)}


@pytest.mark.parametrize("said", [APART, PARTS])
def test_what_is_told_apart_no_chain_joins(said):
    pairs = {("a", "b"): ALIKE, ("b", "c"): (4.0, "match", "model"), ("a", "c"): said}
    assert World("abc", pairs).partition() == {frozenset("ab"), frozenset("c")}
    longer = pairs | {("c", "d"): ALIKE, ("b", "d"): ALIKE}
    assert all(not {"a", "c"} <= members for members in World("abcd", longer).partition())


def test_what_a_person_joined_is_joined_whatever_speaks_against_it():
    world = World("abc", {("a", "b"): PARTS, ("a", "c"): TOGETHER, ("b", "c"): TOGETHER}, {"a": "x", "b": "y"})
    assert world.partition() == {frozenset("abc")}
    listed = World("ab", {("a", "b"): TOGETHER}, listed=[("a", "l"), ("b", "l")])
    assert listed.partition() == {frozenset("ab")}


def test_two_arxiv_ids_are_never_in_one_cluster_unless_a_person_says_so():
    chain = {("a", "b"): ALIKE, ("b", "c"): WEAK}
    ids = {"a": "2401.00001", "c": "2401.00002"}
    assert World("abc", chain, ids).partition() == {frozenset("ab"), frozenset("c")}
    assert World("abc", chain | {("a", "c"): TOGETHER}, ids).partition() == {frozenset("abc")}


def test_a_list_that_names_a_paper_once_keeps_its_documents_apart_but_for_those_that_match():
    chain = {("a", "b"): ALIKE, ("b", "c"): WEAK}
    both = [("a", "l"), ("c", "l")]
    assert World("abc", chain, listed=both).partition() == {frozenset("ab"), frozenset("c")}
    assert World("abc", chain | {("a", "c"): WEAK}, listed=both).partition() == {frozenset("abc")}
    assert World("abc", chain, listed=both, once={"l": SURE_LIST - 0.01}).partition() == {frozenset("abc")}
    assert World("abc", chain, listed=[("a", "l"), ("c", "m")]).partition() == {frozenset("abc")}


def test_equal_scores_are_taken_in_the_order_of_contents_whatever_the_numbers():
    world = World("abc", {("a", "b"): ALIKE, ("b", "c"): ALIKE, ("a", "c"): (-6.0, "non_match", "model")})
    for numbers in itertools.permutations(range(3)):
        assert world.partition(dict(zip("abc", numbers, strict=True))) == {frozenset("ab"), frozenset("c")}


def test_no_documents_are_no_clusters():
    found, bridges = clusters(*World("", {}).frames())
    assert (found.height, bridges.height) == (0, 0)


# --- a column of texts


def test_repeats_of_a_text_weigh_nothing_and_follow_it():
    text, other = (" ".join(f"{letter}{i}" for i in range(80)) for letter in "xy")
    found, pairs = deduplicate(pl.Series([text, other, text.upper(), None, text, ""]))
    assert found["cluster_no"].to_list() == [0, 1, 0, 3, 0, 5]
    assert found["component_no"].to_list() == [0, 1, 0, 3, 0, 5]
    assert pairs.select("left_no", "right_no", "judgement").rows() == [(0, 2, "match"), (0, 4, "match")]


def test_near_duplicates_are_united_where_no_text_is_repeated():
    words = [f"w{i}" for i in range(120)]
    found, pairs = deduplicate(
        pl.Series([" ".join(words), " ".join(f"v{i}" for i in range(120)), " ".join(words[:110])])
    )
    assert found["cluster_no"].to_list() == [0, 1, 0]
    assert pairs.filter(pl.col("judgement") == "match").height == 1
