"""Clusters against a plain oracle, networkx, and permutations; then each kind of chain that the audit is for."""

import itertools

import networkx as nx
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline.matching.split import Component, _Groups

from pipeline.deduplicate import deduplicate
from pipeline.matching.clusters import clusters

PAIR_SCHEMA = {
    "left_no": pl.Int64, "right_no": pl.Int64, "similarity": pl.Float64, "containment": pl.Float64,
    "title_similarity": pl.Float64, "judgement": pl.String, "rule": pl.String,
}  # fmt: skip

#: (similarity, containment, title_similarity, judgement, rule) of pairs of each kind.
WHOLE = (0.7, 0.75, None, "match", "near_abstract")
PART = (0.3, 1.0, None, "match", "cut_short")
TITLED_PART = (0.3, 1.0, 1.0, "match", "cut_short")
UNLIKE = (0.1, 0.2, None, "non_match", "unlike")
OTHER_CITATION = (None, None, 1.0, "review", "same_title_other_citation")
OTHER_PART = (0.9, 1.0, 0.8, "review", "other_part")
TOGETHER = (None, None, None, "match", "decision")
APART = (0.9, 1.0, None, "non_match", "decision")

words_of = st.integers(1, 6).map(lambda n: 40 * n)


def frames(
    words: dict[str, int], pairs: dict[tuple[str, str], tuple], numbers: dict[str, int] | None = None, arxiv=None
):
    """Documents and pairs by content ids; numbered as told, else in the order of the ids; some with an arXiv id."""
    arxiv = arxiv or {}
    numbers = numbers or {name: place for place, name in enumerate(sorted(words))}
    documents = pl.DataFrame(
        [(numbers[name], name, count, arxiv.get(name)) for name, count in words.items()],
        schema={"document_no": pl.Int64, "document_id": pl.String, "abstract_words": pl.Int64, "arxiv_id": pl.String},
        orient="row",
    )
    rows = [(*sorted((numbers[a], numbers[b])), *evidence) for (a, b), evidence in pairs.items()]
    return documents, pl.DataFrame(rows, schema=PAIR_SCHEMA, orient="row"), numbers


def partition(words, pairs, numbers=None, arxiv=None) -> set[frozenset[str]]:
    documents, frame, numbers = frames(words, pairs, numbers, arxiv)
    named = {number: name for name, number in numbers.items()}
    found: dict[int, set[str]] = {}
    for number, _, cluster in clusters(documents, frame)[0].iter_rows():
        found.setdefault(cluster, set()).add(named[number])
    return {frozenset(members) for members in found.values()}


@st.composite
def judged(draw, decided: bool = True, kinds=(WHOLE, PART, TITLED_PART, UNLIKE, OTHER_PART, OTHER_CITATION)):
    """Documents, judged pairs, arXiv ids; decisions, where there are any, never contradict each other."""
    names = [f"{n:032x}" for n in draw(st.lists(st.integers(0, 10**9), max_size=9, unique=True))]
    words = {name: draw(words_of) for name in names}
    paper = {name: draw(st.integers(0, 2)) for name in names}
    pairs = {}
    for one, other in itertools.combinations(names, 2):
        if draw(st.integers(0, 9)) < 4:
            evidence = draw(st.sampled_from(kinds))
            if evidence is WHOLE:
                evidence = (draw(st.sampled_from([0.5, 0.6, 0.7, 0.8])), *WHOLE[1:])
            pairs[one, other] = evidence
        elif decided and draw(st.integers(0, 9)) == 0:
            pairs[one, other] = TOGETHER if paper[one] == paper[other] else APART
    return words, pairs, {name: draw(st.sampled_from([None, None, "x", "y"])) for name in names} if decided else {}


@given(judged())
def test_components_are_those_of_networkx_and_clusters_their_connected_parts(given_documents):
    words, pairs, arxiv = given_documents
    documents, frame, numbers = frames(words, pairs, {name: 3 * i + 7 for i, name in enumerate(words)}, arxiv)
    matches = [(numbers[a], numbers[b]) for (a, b), evidence in pairs.items() if evidence[3] == "match"]
    graph = nx.Graph(matches)
    graph.add_nodes_from(numbers.values())
    found, bridges = clusters(documents, frame)
    assert found["document_no"].to_list() == sorted(numbers.values())
    component = {no: min(part) for part in nx.connected_components(graph) for no in part}
    assert dict(found.select("document_no", "component_no").iter_rows()) == component
    cluster = dict(found.select("document_no", "cluster_no").iter_rows())
    kept = graph.copy()
    kept.remove_edges_from([(a, b) for a, b, _ in bridges.iter_rows()])
    assert {no: min(part) for part in nx.connected_components(kept) for no in part} == cluster
    assert {(a, b) for a, b, _ in bridges.iter_rows()} == {
        tuple(sorted(pair)) for pair in matches if cluster[pair[0]] != cluster[pair[1]]
    }
    for (a, b), evidence in pairs.items():
        if evidence[4] == "decision":
            assert (cluster[numbers[a]] == cluster[numbers[b]]) == (evidence is TOGETHER)
    joined = nx.Graph([pair for pair, evidence in pairs.items() if evidence is TOGETHER])
    # Whoever joins documents of two arXiv ids says that the two are one paper's, and so of all that have one of them.
    alike = nx.Graph()
    alike.add_nodes_from("xy")
    for part in nx.connected_components(joined):
        nx.add_path(alike, [arxiv[name] for name in part if arxiv[name]])
    for a, b in itertools.combinations(words, 2):
        has_other_id = arxiv[a] and arxiv[b] and not nx.has_path(alike, arxiv[a], arxiv[b])
        is_told_apart = has_other_id or pairs.get((a, b)) in (OTHER_PART, OTHER_CITATION)
        if is_told_apart and cluster[numbers[a]] == cluster[numbers[b]]:
            assert any(name in joined for name in (a, b)), "told apart, and nobody joined them"


@given(judged(), st.randoms(use_true_random=False))
def test_neither_numbers_nor_the_order_of_rows_nor_other_components_decide(given_documents, rng):
    words, pairs, arxiv = given_documents
    numbers = dict(zip(words, rng.sample(range(1000), len(words)), strict=True))
    shuffled = dict(rng.sample(list(words.items()), len(words)))
    found = partition(words, pairs, None, arxiv)
    assert partition(shuffled, dict(rng.sample(list(pairs.items()), len(pairs))), numbers, arxiv) == found
    graph = nx.Graph([pair for pair, evidence in pairs.items() if evidence[3] == "match"])
    graph.add_nodes_from(words)
    some = {name for part in nx.connected_components(graph) if rng.random() < 0.5 for name in part}
    alone = partition(
        {name: count for name, count in words.items() if name in some},
        {pair: evidence for pair, evidence in pairs.items() if some.issuperset(pair)},
        None,
        arxiv,
    )
    assert alone == {members for members in found if members <= some}


@given(judged(decided=False, kinds=(WHOLE, UNLIKE)))
def test_whole_texts_gather_around_centres_as_a_plain_oracle_has_it(given_documents):
    words, pairs, _ = given_documents
    near = {name: {} for name in words}
    for (a, b), evidence in pairs.items():
        if evidence[3] == "match":
            near[a][b] = near[b][a] = evidence[0]
    centres = []
    for name in sorted(words, key=lambda name: (-len(near[name]), -words[name], name)):
        if not any(centre in near[name] for centre in centres):
            centres.append(name)
    groups = {centre: {centre} for centre in centres}
    for name in words.keys() - groups:
        centre = max((c for c in centres if c in near[name]), key=lambda c: (near[name][c], -centres.index(c)))
        groups[centre].add(name)
    assert partition(words, pairs) == {frozenset(group) for group in groups.values()}


@pytest.mark.parametrize("numbers", list(itertools.permutations(range(3))))
def test_a_part_of_two_papers_joins_neither(numbers):
    words, pairs = {"a": 160, "b": 150, "c": 80}, {("a", "c"): PART, ("b", "c"): PART, ("a", "b"): UNLIKE}
    named = dict(zip(words, numbers, strict=True))
    assert partition(words, pairs, named) == {frozenset("a"), frozenset("b"), frozenset("c")}
    bridges = clusters(*frames(words, pairs, named)[:2])[1]
    assert set(bridges["rule"]) == {"ambiguous_part"}
    assert bridges.height == 2


def test_a_part_of_two_papers_joins_the_one_that_has_its_title():
    words, pairs = {"a": 160, "b": 150, "c": 80}, {("a", "c"): PART, ("b", "c"): TITLED_PART}
    assert partition(words, pairs) == {frozenset("a"), frozenset("bc")}


def test_a_part_of_two_versions_of_one_paper_joins_it_and_so_do_shorter_parts():
    words = {"a": 160, "b": 150, "c": 80, "d": 40}
    pairs = {("a", "b"): WHOLE, ("a", "c"): PART, ("b", "c"): PART, ("a", "d"): PART, ("c", "d"): PART}
    assert partition(words, pairs) == {frozenset("abcd")}


def test_a_document_without_an_abstract_joins_neither_of_two_papers_of_its_title():
    by_title = (None, None, 1.0, "match", "same_title_no_abstract")
    words, pairs = {"a": 160, "b": 150, "c": 0}, {("a", "c"): by_title, ("b", "c"): by_title}
    assert partition(words, pairs) == {frozenset("a"), frozenset("b"), frozenset("c")}


def test_two_papers_glued_to_one_text_stay_apart():
    words, pairs = {"a": 100, "b": 90, "glued": 190}, {("a", "glued"): PART, ("b", "glued"): PART}
    assert partition(words, pairs) == {frozenset(["a", "glued"]), frozenset("b")}


def test_a_drifting_chain_is_cut_so_that_each_document_matches_its_centre():
    names = [f"{i:02}" for i in range(12)]
    pairs = dict.fromkeys(itertools.pairwise(names), WHOLE)
    found = partition(dict.fromkeys(names, 100), pairs)
    assert max(map(len, found)) <= 3
    bridges = clusters(*frames(dict.fromkeys(names, 100), pairs)[:2])[1]
    assert set(bridges["rule"]) == {"bridge"}


def test_one_wrong_match_does_not_fuse_two_papers():
    one, other = "abcd", "wxyz"
    pairs = dict.fromkeys([*itertools.combinations(one, 2), *itertools.combinations(other, 2)], WHOLE)
    for wrong in ((0.6, *WHOLE[1:]), PART):
        assert partition(dict.fromkeys(one + other, 100), pairs | {("a", "z"): wrong}) == {
            frozenset(one),
            frozenset(other),
        }


def test_a_decision_outranks_the_longest_chain_and_the_clearest_match():
    words = dict.fromkeys("abc", 100)
    chain = {("a", "b"): WHOLE, ("b", "c"): (0.8, *WHOLE[1:])}
    for apart in (APART, OTHER_PART):
        assert partition(words, chain | {("a", "c"): apart}) == {frozenset("a"), frozenset("bc")}
    assert partition(words, {("a", "b"): UNLIKE, ("a", "c"): TOGETHER}) == {frozenset("ac"), frozenset("b")}


def test_a_document_as_similar_to_two_parts_of_a_work_joins_neither_unless_a_person_says_so():
    words, chain = dict.fromkeys("abc", 100), {("a", "b"): WHOLE, ("b", "c"): WHOLE}
    assert partition(words, chain | {("a", "c"): OTHER_PART}) == {frozenset("a"), frozenset("b"), frozenset("c")}
    assert partition(words, chain | {("a", "c"): TOGETHER}) == {frozenset("abc")}


def test_two_arxiv_ids_are_never_in_one_cluster_unless_a_person_says_so():
    words, chain = dict.fromkeys("abc", 100), {("a", "b"): WHOLE, ("b", "c"): WHOLE, ("a", "c"): WHOLE}
    ids = {"a": "2401.00001", "c": "2401.00002"}
    assert partition(words, chain, None, ids) == {frozenset("a"), frozenset("b"), frozenset("c")}
    nearer = chain | {("a", "b"): (0.9, *WHOLE[1:])}
    assert partition(words, nearer, None, ids) == {frozenset("ab"), frozenset("c")}
    assert partition(words, chain | {("a", "c"): TOGETHER}, None, ids) == {frozenset("abc")}


def test_two_citations_under_one_title_both_stay_out_of_the_paper_of_that_title():
    by_title = (None, None, 1.0, "match", "same_title_no_abstract")
    words, pairs = {"a": 0, "b": 160, "c": 0}, {("a", "b"): by_title, ("b", "c"): by_title}
    assert partition(words, pairs | {("a", "c"): by_title}) == {frozenset("abc")}
    assert partition(words, pairs | {("a", "c"): OTHER_CITATION}) == {frozenset("a"), frozenset("b"), frozenset("c")}


def test_repeats_of_a_text_weigh_nothing_and_follow_it():
    half, one, other = (" ".join(f"{letter}{i}" for i in range(80)) for letter in "xyz")
    column = pl.Series([half, f"{half} {one}", f"{half} {other}", half.upper(), half, f"{half} {other}"])
    found, pairs = deduplicate(column)
    assert found["cluster_no"].to_list() == [0, 1, 2, 0, 0, 2]
    assert found["component_no"].to_list() == [0] * 6
    assert pairs.filter(pl.col("rule") == "ambiguous_part").select("left_no", "right_no").rows() == [(0, 1), (0, 2)]
    assert pairs.filter(pl.col("judgement") == "match").height == 3


def test_near_duplicates_are_united_where_no_text_is_repeated():
    words = [f"w{i}" for i in range(120)]
    found, pairs = deduplicate(pl.Series([" ".join(words), " ".join(reversed(words)), " ".join(words[:110])]))
    assert found["cluster_no"].to_list() == [0, 1, 0]
    assert pairs.filter(pl.col("judgement") == "match").height == 1


@given(st.data())
def test_neighbours_that_a_hostile_one_outdoes_are_found_as_by_comparing_all_pairs_of_them(data):
    numbers = st.integers(0, 7)
    pairs = st.lists(st.tuples(numbers, numbers), max_size=6)
    arxiv_ids = data.draw(st.lists(st.sampled_from([None, "2401.1", "2401.2", "2401.3"]), min_size=8, max_size=8))
    groups = _Groups(Component([1] * 8, arxiv_ids, together=data.draw(pairs), apart=data.draw(pairs)))
    similarities = data.draw(st.dictionaries(numbers, st.sampled_from([0.5, 0.6, 0.7])))
    near = {group: similarity for group, similarity in similarities.items() if groups.of(group) == group}
    expected = {o for o in near for p in near if groups.are_hostile(o, p) and near[o] <= near[p]}
    assert groups.outdone(near) == expected
