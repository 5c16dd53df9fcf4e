"""The matcher of bibliographic records: evidence, model, clusters that agree, and all of it in any order."""

import itertools
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.blocking.keys import MATCH_KEYS
from pipeline.dedup.agree import agreeing_clusters
from pipeline.dedup.batch import MIN_COMPANY, MIN_SURE, batch_evidence
from pipeline.dedup.evidence import EVIDENCE, PAIR_MEANING, compare
from pipeline.dedup.fields import IDENTIFIERS, Fields, field_id, known_columns, read_fields
from pipeline.dedup.link import LINKING, link
from pipeline.dedup.model import ABSTRACTS, explain, load_model
from pipeline.extract.read import extract_dump
from pipeline.extract.source import read_dump
from pipeline.matching.scores import score_clusters
from pipeline.sample import make_sample

MODEL = load_model()
FALLING = {"year_distance", "title_years"}

some_words = st.lists(
    st.sampled_from(
        ["deep", "graph", "on", "the", "a", "of", "part", "i", "ii", "2", "3", "erratum", "learning", "networks"]
    ),
    max_size=6,
)
names = st.lists(st.sampled_from(["Smith, J.", "Jane Smith", "Li Wu", "Q. J. Zhai", "Zhai QJ", "et al"]), max_size=3)
rows = st.fixed_dictionaries(
    {
        "title": some_words.map(" ".join),
        "abstract": some_words.map(lambda w: " ".join(w * 8)),
        "authors": names.map(" and ".join),
        "date": st.sampled_from(["", "1999", "(2001),", "2001-03-04", "no year"]),
        "venue": st.sampled_from(
            ["", "Curr Opin Lipidol", "Current Opinion in Lipidology", "Proc. of the VLDB", "J. ACM"]
        ),
        "volume": st.sampled_from(["", "12", "012 (3)", "x"]),
        "issue": st.sampled_from(["", "3", "MAR"]),
        "pages": st.sampled_from(["", "221-8", "221-228", "06-Oct", "6-10"]),
        "arxiv_id": st.sampled_from(["", "2101.00001v2", "arXiv:2101.00001", "2101.00002"]),
        "doi": st.sampled_from(["", "10.1000/x", "https://doi.org/10.1000/X", "10.1000/y"]),
    }
)


def evidence_frame(*values: dict) -> pl.DataFrame:
    full = [dict.fromkeys(EVIDENCE) | v for v in values]
    return pl.DataFrame(full, schema=dict.fromkeys(EVIDENCE, pl.Float64))


# --- fields and evidence


@given(rows, rows)
def test_evidence_is_the_same_whichever_record_is_left(one, other):
    a, b = read_fields(one), read_fields(other)
    there, back = compare(a, b, 0.4, 0.6), compare(b, a, 0.4, 0.6)
    assert there == back
    assert tuple(there) == tuple(PAIR_MEANING)


@given(rows)
def test_a_record_that_says_nothing_gives_no_evidence(row):
    assert set(compare(Fields(), read_fields(row), None, None).values()) <= {None}


@pytest.mark.parametrize(
    ("column", "one", "other", "evidence", "value"),
    [
        ("authors", "Yutsis, M. and Bergquist, T.", "Yutsis, Maya and Bergquist, Thomas", "authors", 1.0),
        ("authors", "Adeli K.Lewis G. F.", "G. F. Lewis, K. Adeli", "authors_all", 1.0),
        ("authors", "Zhai QJ", "Zhai, Qing Jun", "authors", 1.0),
        ("authors", "Kearns, M.", "Valiant, L.", "authors", 0.0),
        ("pages", "221-8", "221-228", "pages", 1.0),
        ("pages", "06-Oct", "6-10", "pages", 1.0),
        ("pages", "10-6", "6-10", "pages", 0.0),
        ("volume", "9 (1) (no pagination)", "9", "volume", 1.0),
        ("doi", "http://dx.doi.org/10.1097/MOL.0b0", "10.1097/mol.0b0", "doi", 1.0),
        ("venue", "Curr Opin Lipidol", "Current opinion in lipidology", "venue", 0.95),
        ("venue", "JACM", "Journal Automated Computing Machinery", "venue", 0.95),
        ("title", "On graphs. [Chinese]", "On graphs", "title_similarity", 1.0),
        ("title", "On graphs part 1", "On graphs part 2", "title_parts", 0.0),
        ("title", "Erratum: on graphs", "On graphs", "title_parts", 0.0),
        ("title", "Trial of 20 mg", "Trial of 40 mg", "title_numbers", 0.0),
        ("date", "(1994b),", "1996", "year_distance", 2.0),
        ("date", "2020-01-01", "2020-05-01", "day", None),
        ("arxiv_id", "arXiv:2101.00001v2", "2101.00001", "arxiv_id", 1.0),
        ("arxiv_id", "2101.00002", "2101.00001", "arxiv_id", 0.0),
    ],
)
def test_fields_are_compared_as_people_read_them(column, one, other, evidence, value):
    found = compare(read_fields({column: one}), read_fields({column: other}), None, None)
    assert found[evidence] == (None if value is None else pytest.approx(value))


def test_labels_never_reach_the_matcher_and_identifiers_only_where_asked_for():
    frame = pl.DataFrame({"record_id": ["a"], "cluster_id": ["x"], "number": [3], "doi": ["10.1/x"], "kind": ["k"]})
    assert known_columns(frame, use_identifiers=False).columns == ["record_id", "issue"]
    assert known_columns(frame, use_identifiers=True).columns == ["record_id", "issue", "doi"]


# --- what the batch says


def batch_of(rows_: list[dict]) -> tuple[pl.DataFrame, list[Fields]]:
    documents = [read_fields(row) for row in rows_]
    pairs = list(itertools.combinations(range(len(documents)), 2))
    compared = [compare(documents[a], documents[b], None, None) for a, b in pairs]
    schema = dict.fromkeys(PAIR_MEANING, pl.Float64)
    numbers = pl.DataFrame(pairs, schema={"left_no": pl.Int64, "right_no": pl.Int64}, orient="row")
    return numbers.hstack(pl.DataFrame(compared, schema=schema)), documents


def twice(title: str, venues: tuple[str, str], years: tuple[str, str] = ("2001", "2001")) -> list[dict]:
    return [{"title": title, "authors": "Wu, Li", "date": y, "venue": v} for v, y in zip(venues, years, strict=True)]


def test_two_names_are_of_one_venue_where_other_sure_pairs_say_so_and_a_pair_never_speaks_for_itself():
    words = ["streams", "graphs", "tables", "keys", "joins"]
    papers = [twice(f"On the evaluation of {w}", ("VLDB", "Very Large Data Bases")) for w in words]
    for known in range(len(papers) + 1):
        pairs, documents = batch_of([row for paper in papers[:known] for row in paper])
        said = batch_evidence(pairs, documents)["venue_company"].filter(pairs["title_similarity"] == 1)
        assert set(said) == ({1.0} if known > MIN_COMPANY else {None} if known else set())
    other = [
        *papers[0],
        *papers[1],
        *papers[2],
        *papers[3],
        *twice("Another study of old joins", ("VLDB", "VLDB Journal")),
    ]
    pairs, documents = batch_of(other)
    said = batch_evidence(pairs, documents)["venue_company"]
    assert said[-1] is None
    assert set(said.filter((pairs["left_no"] == 0) & (pairs["right_no"] == 1))) == {1.0}


def listed(*sources: list[str]) -> pl.Series:
    """What is said of sources, pair by pair: an even document and the next are surely one paper, all others are not."""
    pairs = list(itertools.combinations_with_replacement(range(len(sources)), 2))
    rows = [(a, b, 1.0 if a // 2 == b // 2 else 0.2) for a, b in pairs if a != b or len(sources[a]) > 1]
    schema = {"left_no": pl.Int64, "right_no": pl.Int64, "title_similarity": pl.Float64}
    named = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        title_length=6.0, authors_all=1.0, year_distance=0.0
    )
    return named.with_columns(batch_evidence(named, [Fields()] * len(sources), list(sources))["one_source"])


def said_of(told: pl.DataFrame, left: int, right: int) -> float | None:
    return told.filter((pl.col("left_no") == left) & (pl.col("right_no") == right))["one_source"].item()


#: A pair never speaks for itself, so one paper more than has to be sure.
ENOUGH = MIN_SURE + 1


def test_sources_that_list_no_paper_twice_tell_papers_apart_and_two_of_them_bring_papers_together():
    told = listed(*[["a"], ["b"]] * ENOUGH)
    assert said_of(told, 0, 2) == pytest.approx(math.log(1 / (ENOUGH + 2) / 0.5), rel=0.05)
    assert said_of(told, 0, 1) == pytest.approx(math.log(2), rel=0.1)
    assert said_of(told, 0, 3) == pytest.approx(math.log(2), rel=0.1)


@pytest.mark.parametrize(
    "sources",
    [[["a"], ["b"]] * (MIN_SURE - 1), [["a"], ["a"]] * ENOUGH, [["a"], ["b"], ["a"], ["a"]] * ENOUGH, [["a"]] * 80],
    ids=["too few to tell", "one source", "sources that list papers twice", "all are one"],
)
def test_of_other_sources_nothing_is_said(sources):
    assert listed(*sources)["one_source"].null_count() == listed(*sources).height


def test_a_collection_is_a_source_too_and_what_it_lists_word_for_word_twice_counts_for_such_records_alone():
    told = listed(*[["old/x", "old/y"], ["new/x"]] * ENOUGH)
    assert said_of(told, 0, 2) < -1
    assert said_of(told, 1, 3) < -1
    assert said_of(told, 0, 1) > 0
    assert said_of(told, 0, 0) > 0
    twice_in_a_column = [["old/x"], ["new/x"]] * ENOUGH + [["old/x", "old/x"]]
    assert said_of(listed(*twice_in_a_column), 2 * ENOUGH, 2 * ENOUGH) < -1


def test_a_title_of_many_years_is_told_from_one_of_one_year():
    column = [{"title": "Reminiscences on influential papers", "date": str(1998 + n)} for n in range(6)]
    pairs, documents = batch_of([*column, *twice("A case for fractured mirrors", ("VLDB", "VLDB"))])
    said = batch_evidence(pairs, documents)["title_years"]
    assert (said[0], said[-1]) == (6.0, 1.0)
    assert (
        said.filter(pairs["title_similarity"] < 0.9).null_count() == said.filter(pairs["title_similarity"] < 0.9).len()
    )


# --- model


@pytest.mark.parametrize("table", [MODEL.with_abstracts, MODEL.without], ids=["with_abstracts", "without"])
def test_no_evidence_ever_speaks_against_what_it_should_speak_for(table):
    assert set(table.curves) <= set(EVIDENCE)
    for name, (knots, weights) in table.curves.items():
        steps = np.diff(weights)
        assert np.all(np.diff(knots) > 0), name
        assert np.all(steps <= 0) if name in FALLING else np.all(steps >= 0), name


shares = st.dictionaries(st.sampled_from([e for e in EVIDENCE if e not in (ABSTRACTS, *FALLING)]), st.floats(0, 1))


@given(shares, st.one_of(st.none(), st.floats(0, 1)), st.data())
def test_more_agreement_never_lowers_the_score(values, similarity, data):
    values = values | {ABSTRACTS: similarity}
    given_evidence = [name for name, value in values.items() if value is not None]
    if given_evidence:
        name = data.draw(st.sampled_from(given_evidence))
        better = values | {name: data.draw(st.floats(values[name], 1))}
        low, high = MODEL.judge(evidence_frame(values, better))["score"]
        assert high >= low - 1e-9


@given(shares, st.one_of(st.none(), st.floats(0, 1)))
def test_terms_add_up_to_the_score_and_missing_evidence_adds_nothing(values, similarity):
    frame = evidence_frame(values | {ABSTRACTS: similarity})
    judged = MODEL.judge(frame)
    terms = explain(MODEL, frame)
    assert sum(adds for _, _, adds in terms) == pytest.approx(judged["score"][0])
    assert judged["probability"][0] == pytest.approx(1 / (1 + math.exp(-judged["score"][0])))
    missing = [name for name in EVIDENCE if frame[name][0] is None]
    assert all(MODEL.terms(frame)[name][0] == 0 for name in missing)
    assert {name for name, _, _ in terms}.isdisjoint(missing)


# --- clusters


def pairs_frame(pairs: dict[tuple[int, int], float]) -> pl.DataFrame:
    return pl.DataFrame(
        [(a, b, s) for (a, b), s in pairs.items()],
        schema={"left_no": pl.Int64, "right_no": pl.Int64, "score": pl.Float64},
        orient="row",
    )


def test_a_chain_through_a_confident_non_match_is_cut_and_the_bridge_is_told():
    pairs = pairs_frame({(0, 1): 5.0, (1, 2): 1.0, (0, 2): -6.0})
    clusters, is_bridge = agreeing_clusters(3, pairs, match_from=0.0)
    assert clusters.to_list() == [0, 0, 2]
    assert is_bridge.to_list() == [False, True, False]


def test_two_papers_joined_by_one_match_stay_two():
    inside = {pair: 4.0 for group in ((0, 1, 2), (3, 4, 5)) for pair in itertools.combinations(group, 2)}
    between = {(a, b): -3.0 for a in (0, 1, 2) for b in (3, 4, 5)} | {(2, 3): 2.0}
    clusters, _ = agreeing_clusters(6, pairs_frame(inside | between), match_from=0.0)
    assert clusters.to_list() == [0, 0, 0, 3, 3, 3]


graphs = st.dictionaries(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda p: p[0] < p[1]), st.integers(-6, 6), max_size=20
)


@given(graphs, st.randoms(use_true_random=False))
def test_clusters_and_bridges_do_not_depend_on_the_order_of_the_pairs(pairs, rng):
    clusters, is_bridge = agreeing_clusters(9, pairs_frame(pairs), match_from=0.0)
    shuffled = list(pairs.items())
    rng.shuffle(shuffled)
    again, bridges_again = agreeing_clusters(9, pairs_frame(dict(shuffled)), match_from=0.0)
    assert again.to_list() == clusters.to_list()
    assert dict(zip(dict(shuffled), bridges_again, strict=True)) == dict(zip(pairs, is_bridge, strict=True))
    for (a, b), score in pairs.items():
        assert is_bridge[list(pairs).index((a, b))] == (score >= 0 and clusters[a] != clusters[b])


@given(graphs)
def test_without_objections_clusters_are_the_connected_components(pairs):
    import networkx as nx

    friendly = {pair: abs(score) for pair, score in pairs.items()}
    graph = nx.Graph(list(friendly))
    graph.add_nodes_from(range(9))
    clusters, _ = agreeing_clusters(9, pairs_frame(friendly), match_from=0.0)
    oracle = {no: min(component) for component in nx.connected_components(graph) for no in component}
    assert dict(enumerate(clusters)) == oracle


# --- linking


def partition(clusters: pl.DataFrame) -> dict[str, str]:
    return dict(clusters.iter_rows())


@settings(max_examples=25)
@given(st.lists(rows, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_records_decides_nothing(records, rng):
    numbered = [{"record_id": f"r{i}"} | row for i, row in enumerate(records)]
    schema = dict.fromkeys(
        ["record_id", "title", "abstract", "authors", "date", "venue", "volume", "issue", "pages", "doi", "arxiv_id"],
        pl.String,
    )
    one = link(pl.DataFrame(numbered, schema=schema), LINKING)
    rng.shuffle(numbered)
    other = link(pl.DataFrame(numbered, schema=schema), LINKING)
    assert one[0].equals(other[0])
    assert one[1].equals(other[1])


def test_records_without_a_word_stay_apart_and_absent_columns_are_no_fault():
    clusters, pairs = link(pl.DataFrame({"record_id": ["a", "b", "c"], "title": [None, None, "Editorial"]}), LINKING)
    assert partition(clusters) == {"a": "a", "b": "b", "c": "c"}
    assert pairs.is_empty()
    assert set(link(pl.DataFrame({"record_id": ["a", "b"]}), LINKING)[0]["paper_id"]) == {"a", "b"}


def test_equal_records_that_say_little_stay_apart_and_those_that_say_enough_are_one():
    records = pl.DataFrame(
        [("a", "Editorial", None), ("b", "Editorial", None)]
        + [(i, "A consensus glossary of temporal database concepts and terms", "Dyreson, C.") for i in "cd"],
        schema=["record_id", "title", "authors"],
        orient="row",
    )
    assert partition(link(records, LINKING)[0]) == {"a": "a", "b": "b", "c": "c", "d": "c"}


def test_listing_records_are_merged_without_a_single_wrong_merge(tmp_path):
    sample = make_sample(papers=300)
    frames = []
    for name, text in sample.dumps.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        records = extract_dump(read_dump(tmp_path / name)).records
        frames.append(
            records.select(
                pl.lit(name).alias("dump"), "line_start", "record_id", title="title_raw", abstract="abstract_raw"
            )
        )
    truth = pl.concat(frames).join(
        sample.truth.with_columns(cluster_id=pl.col("paper").cast(pl.String)), on=["dump", "line_start"]
    )
    scores = score_clusters(truth, link(truth.select("record_id", "title", "abstract"), LINKING)[0])
    assert scores["pair_precision"] == 1.0
    assert scores["pair_recall"] > 0.95


@pytest.mark.parametrize("similarity", [None, 0.9], ids=["without", "with_abstracts"])
@pytest.mark.parametrize("name", IDENTIFIERS)
def test_identifiers_in_conflict_weigh_more_than_most_of_what_agrees(similarity, name):
    frame = evidence_frame(*({ABSTRACTS: similarity, name: value} for value in (0.0, None, 1.0)))
    conflict, unknown, equal = MODEL.judge(frame)["score"]
    assert conflict < unknown - 2
    assert equal > unknown


def test_match_keys_are_told_apart():
    assert len(set(MATCH_KEYS)) == len(MATCH_KEYS)


def test_content_ids_differ_where_any_compared_column_does():
    assert field_id({"title": "a"}) != field_id({"abstract": "a"})
    assert field_id({"title": "a", "venue": None}) == field_id({"title": "a"})


# --- scores


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_scores_are_those_of_counting_by_hand(rows_):
    truth = pl.DataFrame(
        {"record_id": [f"r{i}" for i in range(len(rows_))], "cluster_id": [str(c) for c, _ in rows_]},
        schema={"record_id": pl.String, "cluster_id": pl.String},
    )
    clusters = truth.select("record_id", paper_id=pl.Series([str(p) for _, p in rows_], dtype=pl.String))
    got = score_clusters(truth, clusters)
    pairs = list(itertools.combinations(rows_, 2))
    both = sum(a == b for a, b in pairs)
    predicted, true = sum(a[1] == b[1] for a, b in pairs), sum(a[0] == b[0] for a, b in pairs)
    assert got["pair_precision"] == pytest.approx(both / predicted if predicted else 1.0)
    assert got["pair_recall"] == pytest.approx(both / true if true else 1.0)
    first: dict[int, int] = {}
    for entity, paper in rows_:
        first.setdefault(paper, entity)
    kept = list(first.values())
    assert got["removed_fp"] == len({c for c, _ in rows_} - set(kept))
    assert got["removed_fn"] == sum(max(kept.count(c) - 1, 0) for c in set(kept))
