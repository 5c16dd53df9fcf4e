"""The model: how each kind of evidence may count, that terms add up, and that unknown evidence adds nothing."""

import json
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.matching.judgement import REVIEW_FROM, judge
from papersieve.pipeline.matching.model import (
    AGREEING_TITLES,
    PAIR_COLUMNS,
    PLACE,
    WEIGHTS,
    Model,
    Table,
    load_model,
    terms_of,
)
from papersieve.pipeline.settings import Settings
from tests.support.examples import examples

MODEL = load_model()
TABLES = {"with_abstracts": MODEL.with_abstracts, "without": MODEL.without}
UNITS = ("work", "publication")

#: Evidence that speaks against one paper if it is large; all other evidence speaks for it.
FALLING = {"year_distance", "title_years", "abstract_titles"}

#: Evidence that no curve reads: it decides when others are read, or is for guards.
UNWEIGHED = {"smaller_words", "title_parts", "generic_title"}

#: Values of each kind of evidence, from what speaks against one paper to what speaks for it.
VALUES = {
    **dict.fromkeys(PAIR_COLUMNS, st.floats(0, 1, allow_subnormal=False)),
    **{name: st.integers(0, 12).map(float) for name in FALLING},
    **{name: st.sampled_from([0.0, 1.0]) for name in ("title_numbers", "volume", "issue", "pages", "doi", "arxiv_id", "pmid")},
    "title_parts": st.sampled_from([0.0, 1.0]),
    "generic_title": st.just(1.0),
    "title_length": st.integers(1, 20).map(float),
    "smaller_words": st.integers(0, 60).map(float),
    "one_list": st.floats(-1, 1, allow_subnormal=False),
}  # fmt: skip
evidence = st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()}).map(
    # Both are known or neither is, as both compare two abstracts.
    lambda e: e | ({} if e["similarity"] is not None and e["containment"] is not None else {"similarity": None, "containment": None, "abstract_words": None})
)  # fmt: skip


def frame(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(PAIR_COLUMNS) | row for row in rows], schema=PAIR_COLUMNS)


def read(table: Table, name: str) -> list[float]:
    return table.curves[name][1]


# --- the weights file


def test_both_tables_weigh_all_evidence_but_what_only_says_when_others_count():
    for table in TABLES.values():
        assert set(table.curves) == set(PAIR_COLUMNS) - UNWEIGHED
    assert set(json.loads(WEIGHTS.read_text())) == {"wrong_shares", *TABLES}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_evidence_ever_speaks_against_what_it_should_speak_for(table):
    for name, (knots, weights) in table.curves.items():
        assert len(knots) == len(weights) > 1, name
        assert all(a < b for a, b in pairwise(knots)), name
        assert all(a >= b if name in FALLING else a <= b for a, b in pairwise(weights)), name


def test_wrong_shares_are_shares_and_their_scores_fall():
    shares, scores = zip(*sorted(MODEL.wrong_shares), strict=True)
    assert all(0 < share < 1 for share in shares)
    assert len(set(shares)) == len(shares) > 1
    assert all(a >= b for a, b in pairwise(scores))


@given(
    st.dictionaries(st.floats(1e-5, 0.49), st.floats(-5, 5), min_size=1, max_size=5),
    st.floats(1e-6, 0.49),
    st.floats(1e-6, 0.49),
)
def test_fewer_wrong_matches_ask_for_no_lower_score(shares, one, other):
    scores = sorted(shares.values(), reverse=True)
    falling = [*zip(sorted(shares), scores, strict=True)]
    for model in (MODEL, Model(MODEL.with_abstracts, MODEL.without, falling)):
        low, high = sorted((one, other))
        assert model.match_from(low) >= model.match_from(high) - 1e-9
    for share, score in falling:
        assert model.match_from(share) == pytest.approx(score)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("name", ["doi", "arxiv_id", "pmid"])
def test_equal_identifiers_speak_for_one_paper_and_others_against_it(table, name):
    other, *_, equal = read(table, name)
    assert other < 0 < equal


# --- scores


@examples(100)
@given(evidence, st.sampled_from(UNITS), st.data())
def test_more_agreement_never_lowers_the_score(values, unit, data):
    known = sorted(name for name, value in values.items() if value is not None and name not in UNWEIGHED)
    if not known:
        return
    name = data.draw(st.sampled_from(known))
    ends = sorted([values[name], data.draw(VALUES[name])], reverse=name in FALLING)
    worse, better = values | {name: ends[0]}, values | {name: ends[1]}
    agree = [max(e["title_similarity"] or 0, e["title_containment"] or 0) > AGREEING_TITLES for e in (worse, better)]
    if agree[0] != agree[1]:  # above this, the length of the titles counts, which is no agreement
        worse, better = (e | {"title_length": None} for e in (worse, better))
    low, high = MODEL.score(frame(worse, better), unit)
    assert high >= low - 1e-5


@examples(60)
@given(evidence, st.sampled_from(UNITS))
def test_terms_add_up_to_the_score_and_what_is_unknown_adds_nothing(values, unit):
    pair = frame(values)
    terms = terms_of(values, unit)
    assert sum(term.adds for term in terms) == pytest.approx(MODEL.score(pair, unit)[0], abs=1e-5)
    assert [abs(term.adds) for term in terms] == sorted((abs(term.adds) for term in terms), reverse=True)
    assert {term.name for term in terms if term.value is None} <= {"prior"}
    assert all(term.adds for term in terms)
    every = MODEL.terms(pair, unit).row(0, named=True)
    assert {name for name, adds in every.items() if adds} == {term.name for term in terms}


def test_of_a_pair_of_which_nothing_is_known_the_prior_is_all():
    for unit in UNITS:
        assert [term.name for term in terms_of(dict.fromkeys(PAIR_COLUMNS), unit)] == ["prior"]
        assert MODEL.score(frame({}), unit).to_list() == [round(MODEL.without.prior, 6)]


@examples(60)
@given(evidence)
def test_a_work_never_scores_below_a_publication_and_only_the_place_makes_the_difference(values):
    work, publication = (MODEL.terms(frame(values), unit).row(0, named=True) for unit in UNITS)
    for name, adds in work.items():
        assert adds == publication[name] or (name in PLACE and adds == max(publication[name], 0))
    assert MODEL.score(frame(values), "work")[0] >= MODEL.score(frame(values), "publication")[0]


ONE_WORK = {
    "similarity": 0.9, "containment": 0.95, "smaller_words": 100.0, "title_similarity": 1.0, "title_containment": 1.0,
    "authors": 1.0, "authors_all": 1.0, "venue": 0.0, "venue_kind": 0.0, "volume": 0.0, "issue": 0.0, "pages": 0.0,
    "doi": 0.0,
}  # fmt: skip


def test_another_place_counts_against_a_work_only_where_texts_titles_or_authors_differ():
    def says_against(pair: dict) -> bool:
        return any(MODEL.terms(frame(pair), "work").row(0, named=True)[name] < 0 for name in PLACE)

    assert not says_against(ONE_WORK)
    assert not says_against(ONE_WORK | {"authors": None})
    for other in ({"title_similarity": 0.5}, {"authors": 0.2}, {"similarity": 0.1, "containment": 0.2}):
        assert says_against(ONE_WORK | other), other
    no_abstracts = ONE_WORK | {"similarity": None, "containment": None}
    assert says_against(no_abstracts)


@given(evidence, evidence, st.sampled_from(UNITS))
def test_a_pair_is_scored_alike_whatever_pairs_are_beside_it(one, other, unit):
    both = MODEL.score(frame(one, other), unit).to_list()
    assert both == [MODEL.score(frame(pair), unit)[0] for pair in (one, other)]


@pytest.mark.parametrize(
    ("pair", "name", "counts"),
    [
        ({"similarity": 0.1, "containment": 1.0, "smaller_words": 11.0}, "containment", False),
        ({"similarity": 0.1, "containment": 1.0, "smaller_words": 12.0}, "containment", True),
        ({"title_similarity": 0.6, "title_containment": 0.6, "title_length": 1.0}, "title_length", False),
        ({"title_similarity": 0.6, "title_containment": 1.0, "title_length": 1.0}, "title_length", True),
        ({"pages": 1.0, "title_similarity": 0.3, "similarity": 0.1, "containment": 0.1}, "pages", False),
        ({"pages": 1.0, "title_similarity": 0.9, "similarity": 0.1, "containment": 0.1}, "pages", True),
        ({"pages": 1.0, "title_similarity": 0.3}, "pages", True),
        ({"pages": 0.0, "title_similarity": 0.3, "similarity": 0.1, "containment": 0.1}, "pages", True),
    ],
)
def test_evidence_counts_only_where_it_does_not_mislead(pair, name, counts):
    # A model in which every kind of evidence has some weight, whatever was learned.
    table = Table(0.0, {n: ([0.0, 20.0], [1.0, 2.0]) for n in MODEL.without.curves})
    told = Model(table, table, MODEL.wrong_shares).terms(frame(pair), "publication").row(0, named=True)
    assert (told[name] > 0) is counts


# --- judgement


def constant(score: float, wrong_shares) -> Model:
    table = Table(score, dict.fromkeys(PLACE, ([0.0, 1.0], [0.0, 0.0])))
    return Model(table, table, wrong_shares)


@given(st.floats(-10, 10), st.floats(0.0001, 0.4), st.floats(-2, 5))
def test_a_pair_is_judged_by_its_score_alone_where_no_guard_holds(score, wrong_share, match_from):
    model = constant(score, [(0.0001, match_from), (0.4, match_from)])
    row = judge(frame({}), Settings(wrong_share=wrong_share), model).row(0, named=True)
    expected = (
        "match"
        if row["score"] >= model.match_from(wrong_share)
        else "review"
        if row["score"] >= REVIEW_FROM
        else "non_match"
    )
    assert (row["judgement"], row["rule"]) == (expected, "model")
    assert row["score"] == pytest.approx(score, abs=1e-6)


@examples(25)
@given(
    st.lists(evidence, min_size=1, max_size=4), st.sampled_from(UNITS), st.floats(0.0001, 0.4), st.floats(0.0001, 0.4)
)
def test_whoever_bears_more_wrong_matches_gets_no_fewer(pairs, unit, one, other):
    strict, lax = (
        judge(frame(*pairs), Settings(unit=unit, wrong_share=share))["judgement"].to_list()
        for share in sorted((one, other))
    )
    assert all(b == "match" for a, b in zip(strict, lax, strict=True) if a == "match")


def test_judging_again_changes_nothing():
    judged = judge(frame(ONE_WORK, {}), Settings())
    assert judge(judged, Settings()).equals(judged)
