"""Guards: each stops a pair that the score alone would make a match, and lets a similar pair through."""

import polars as pl
import pytest

from papersieve.pipeline.matching.guards import (
    TOLD_APART,
    guards,
)
from papersieve.pipeline.matching.judgement import REVIEW_FROM, judge
from papersieve.pipeline.matching.model import PAIR_COLUMNS, PLACE, Model, Table
from papersieve.pipeline.matching.overruling import DECISION_SCHEMA, decided, overrule
from papersieve.pipeline.settings import Settings


def model(score: float) -> Model:
    """A model that gives every pair the same score, so that only a guard can prevent a match."""
    table = Table(score, dict.fromkeys(PLACE, ([0.0, 1.0], [0.0, 0.0])))
    return Model(table, table, [(0.0001, 0.0), (0.4, 0.0)])


def judged(evidence: dict, unit: str = "work", score: float = 9.0) -> tuple[str, str]:
    pair = pl.DataFrame([dict.fromkeys(PAIR_COLUMNS) | evidence], schema=PAIR_COLUMNS)
    return judge(pair, Settings(unit=unit), model(score)).select("judgement", "rule").row(0)


GENERIC = {"generic_title": 1.0, "title_similarity": 1.0}
OTHER_TITLES = {"title_similarity": 0.99, "title_containment": 0.9}
MISPRINT = {
    "similarity": 0.9,
    "title_similarity": 0.9,
    "venue": 0.95,
    "year_distance": 0.0,
    "volume": 0.0,
    "pages": 0.0,
}
HELD = [
    ("other_part", "work", {"title_parts": 0.0}),
    ("other_part", "work", {"title_numbers": 0.0, "volume": 0.0, "venue": 1.0}),
    ("other_part", "work", {"title_parts": 0.1, "similarity": 0.64}),
    ("other_part", "work", {"title_parts": 0.5}),
    ("other_part", "work", {"title_parts": 0.5, "similarity": 0.64, "pages": 0.0, "doi": 0.0}),
    ("other_part", "work", {"title_parts": 0.5, "similarity": 0.9, "containment": 0.98}),
    ("other_part", "work", {"title_parts": 0.5, "similarity": 1.0, "containment": 1.0, "volume": 0.0}),
    ("other_part", "work", {"title_parts": 0.4, "similarity": 1.0, "containment": 1.0}),
    ("other_part", "publication", {"title_parts": 0.0, "doi": 1.0, "similarity": 1.0}),
    ("other_part", "work", {"title_parts": 0.25, "volume": 0.0, "pages": 1.0}),
    ("other_page", "work", {"volume": 1.0, "pages": 0.0, **OTHER_TITLES, "similarity": 0.89}),
    ("other_page", "publication", {"volume": 1.0, "pages": 0.0, **OTHER_TITLES, "venue": 0.65, "doi": 0.0}),
    ("other_arxiv_id", "work", {"arxiv_id": 0.0, "similarity": 1.0, "doi": 1.0}),
    ("other_arxiv_id", "publication", {"arxiv_id": 0.0}),
    ("other_pmid", "work", {"pmid": 0.0, "doi": 1.0}),
    ("other_pmid", "publication", {"pmid": 0.0, "similarity": 0.64}),
    ("other_words", "work", {"title_parts": 0.75, "authors": 1.0, "year_distance": 0.0}),
    ("other_words", "work", {"title_parts": 0.75, "venue": 1.0}),
    ("other_words", "publication", {"title_parts": 0.75, "venue": 0.8, "issue": 0.0}),
    ("other_words", "work", {"title_parts": 0.75, "similarity": 0.9, "doi": 0.0}),
    ("other_words", "work", {"title_parts": 0.75, "volume": 0.0, "pages": 1.0}),
    ("other_words", "work", {"title_parts": 0.75, "pages": 0.0, "doi": 1.0}),
    ("other_words", "work", {"title_parts": 0.75, "similarity": 0.9, "year_distance": 0.0, "venue": 1.0}),
    ("other_words", "work", {"title_parts": 0.75, "similarity": 0.1, "year_distance": 0.0}),
    ("other_words", "work", {"title_parts": 0.6, "similarity": 0.9, "year_distance": 1.0, "venue": 0.0}),
    ("comes_again", "work", {"year_distance": 2.0, "title_similarity": 1.0}),
    ("comes_again", "work", {"year_distance": 1.0, "title_length": 4.0}),
    ("comes_again", "work", {"volume": 1.0, "issue": 0.0}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 0.0, "issue": 0.0}),
    ("comes_again", "work", {"volume": 1.0, "pages": 0.0, "title_length": 4.0}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 0.0, "pages": 0.0, "title_length": 4.0}),
    ("comes_again", "work", {"venue": 0.95, "volume": 0.0, "pages": 0.0, "similarity": 0.89}),
    ("comes_again", "work", {"venue": 1.0, "year_distance": 2.0, "doi": 0.0, "similarity": 0.5}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 2.0, "pages": 1.0, "similarity": 0.89}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 1.0, "pages": 1.0, "volume": 0.0}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 1.0, "pages": 1.0, "issue": 0.0, "doi": 0.0}),
    ("other_authors", "work", {"authors": 0.49}),
    ("other_authors", "work", {"authors": 0.0, "venue": 1.0, "year_distance": 1.0}),
    ("other_authors", "publication", {"authors": 0.0, "venue": 1.0, "year_distance": 0.0}),
    ("generic_title", "work", GENERIC),
    ("generic_title", "work", GENERIC | {"pages": 1.0, "volume": 0.0}),
    ("generic_title", "work", GENERIC | {"pages": 1.0, "venue": 0.64}),
    ("generic_title", "work", GENERIC | {"pages": 1.0, "year_distance": 2.0}),
    ("generic_title", "work", GENERIC | {"pages": 0.0, "doi": 0.0, "volume": 1.0, "authors": 1.0}),
    ("generic_title", "publication", GENERIC | {"volume": 1.0, "issue": 1.0}),
    ("generic_title", "work", GENERIC | {"volume": 1.0, "issue": 0.0, "authors": 1.0}),
    ("generic_title", "work", GENERIC | {"similarity": 1.0, "year_distance": 1.0}),
    ("generic_title", "work", GENERIC | {"similarity": 1.0, "venue": 0.64}),
    ("generic_title", "work", {"generic_title": 0.5, "title_similarity": 1.0, "year_distance": 1.0}),
    (
        "generic_title",
        "work",
        GENERIC | {"similarity": 1.0, "venue": 1.0, "year_distance": 0.0, "issue": 0.0, "pages": 0.0},
    ),
    ("other_title", "work", {"title_similarity": 0.84, "title_containment": 0.89, "year_distance": 0.0}),
    ("other_title", "publication", {"title_similarity": 0.69, "title_containment": 0.58, "one_list": 1.0}),
    ("other_abstract", "work", {"similarity": 0.29, "containment": 0.8, "title_similarity": 1.0}),
    ("other_abstract", "work", {"similarity": 0.44, "containment": 0.8, "title_similarity": 0.8}),
    ("other_abstract", "work", {"similarity": 0.64, "containment": 1.0, "title_similarity": 0.5}),
    ("other_abstract", "publication", {"similarity": 0.49, "containment": 0.8}),
    ("other_publication", "publication", {"venue": 0.0}),
    ("other_publication", "publication", {"venue": 0.3, "volume": 0.0}),
    ("other_publication", "publication", {"year_distance": 2.0}),
    ("other_publication", "publication", {"arxiv_id": 0.5}),
    ("other_publication", "publication", {"year_distance": 1.0, "pages": 0.0}),
    ("other_publication", "publication", {"venue": 0.0, "year_distance": 2.0}),
    ("other_publication", "publication", {"venue": 1.0, "volume": 0.0, "pages": 0.0}),
    ("other_publication", "publication", {"volume": 0.0, "pages": 0.0, "doi": 0.0}),
    ("other_publication", "publication", MISPRINT | {"similarity": 0.89}),
    ("other_publication", "publication", MISPRINT | {"title_similarity": 0.89}),
    ("other_publication", "publication", MISPRINT | {"year_distance": 1.0}),
    ("other_publication", "publication", MISPRINT | {"venue": 0.94}),
]
LET_THROUGH = [
    ("other_part", "work", {"title_parts": 1.0}),
    ("other_part", "work", {"title_parts": 0.1, "doi": 1.0}),
    ("other_part", "work", {"title_parts": 0.1, "similarity": 0.65}),
    ("other_part", "work", {"title_parts": 0.5, "similarity": 0.65, "containment": 0.99, "authors": 1.0}),
    ("other_part", "work", {"title_parts": 0.5, "pages": 1.0}),
    ("other_part", "work", {"title_parts": 0.4, "doi": 1.0, "similarity": 1.0}),
    ("other_part", "work", {"title_parts": 0.5, "arxiv_id": 1.0}),
    ("other_part", "work", {"title_numbers": 0.0, "volume": 1.0, "venue": 1.0}),
    ("other_part", "work", {"title_numbers": 0.0, "volume": 0.0, "venue": 1.0, "doi": 1.0}),
    ("other_part", "work", {"title_parts": 0.25, "similarity": 0.1}),
    ("other_part", "work", {"title_parts": 0.25, "pages": 1.0}),
    ("other_part", "work", {"title_parts": 0.25, "doi": 1.0}),
    ("other_part", "work", {}),
    ("other_page", "work", {"volume": 1.0, "pages": 0.0, **OTHER_TITLES, "title_similarity": 1.0}),
    ("other_page", "work", {"volume": 1.0, "pages": 0.0, **OTHER_TITLES, "similarity": 0.9, "authors": 1.0}),
    ("other_page", "work", {"volume": 1.0, "pages": 0.0, **OTHER_TITLES, "title_containment": 1.0}),
    ("other_page", "work", {"volume": 1.0, "pages": 0.0, **OTHER_TITLES, "doi": 1.0}),
    ("other_page", "work", {"volume": 1.0, "pages": 0.0, **OTHER_TITLES, "venue": 0.64}),
    ("other_page", "work", {"volume": 1.0, "pages": 1.0, **OTHER_TITLES}),
    ("other_page", "work", {"volume": 0.0, "pages": 0.0, **OTHER_TITLES}),
    ("other_arxiv_id", "work", {"arxiv_id": 1.0}),
    ("other_arxiv_id", "publication", {"doi": 0.0}),
    ("other_pmid", "work", {"pmid": 0.0, "similarity": 0.65}),
    ("other_pmid", "work", {"pmid": 1.0}),
    ("other_words", "work", {"title_parts": 0.75, "venue": 0.95}),
    ("other_words", "work", {"title_parts": 0.75, "similarity": 0.1}),
    ("other_words", "work", {"title_parts": 0.75, "similarity": 0.9, "year_distance": 1.0, "venue": 1.0}),
    ("other_words", "work", {"title_parts": 0.75, "similarity": 0.9, "year_distance": 0.0, "venue": 0.95}),
    ("other_words", "work", {"title_parts": 0.75, "pages": 1.0, "volume": 1.0}),
    ("other_words", "work", {"title_parts": 0.75, "pmid": 1.0}),
    ("other_words", "work", {"title_parts": 0.6, "similarity": 0.5, "pages": 1.0, "volume": 1.0}),
    ("other_words", "work", {"title_parts": 0.6, "similarity": 0.9, "doi": 1.0}),
    ("other_words", "work", {"title_parts": 0.75, "volume": 0.0, "doi": 1.0}),
    ("other_words", "work", {"title_parts": 0.75, "pages": 0.0, "pmid": 1.0}),
    ("other_words", "work", {"title_parts": 1.0}),
    ("comes_again", "work", {"year_distance": 1.0, "title_length": 5.0}),
    ("comes_again", "work", {"year_distance": 2.0, "similarity": 0.1}),
    ("comes_again", "work", {"year_distance": 2.0, "pages": 1.0}),
    ("comes_again", "work", {"volume": 1.0, "issue": 0.0, "doi": 1.0}),
    ("comes_again", "work", {"venue": 0.94, "year_distance": 0.0, "issue": 0.0}),
    ("comes_again", "work", {"volume": 1.0, "pages": 0.0, "title_length": 5.0}),
    ("comes_again", "work", {"volume": 1.0, "pages": 0.0, "title_length": 4.0, "similarity": 0.5}),
    ("comes_again", "work", {"venue": 0.95, "volume": 0.0, "pages": 0.0, "similarity": 0.9}),
    ("comes_again", "work", {"venue": 0.94, "volume": 0.0, "pages": 0.0}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 1.0, "pages": 1.0}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 1.0, "pages": 1.0, "issue": 0.0, "doi": 1.0}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 0.0, "pages": 1.0, "issue": 0.0, "doi": 0.0}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 2.0, "pages": 1.0, "similarity": 0.9}),
    ("comes_again", "work", {"venue": 0.95, "year_distance": 2.0, "pages": 1.0, "volume": 1.0}),
    ("other_authors", "work", {"authors": 0.5}),
    ("other_authors", "work", {"authors": 0.0, "similarity": 0.1}),
    ("other_authors", "work", {"authors": 0.0, "pages": 1.0}),
    ("generic_title", "work", GENERIC | {"similarity": 0.9}),
    ("generic_title", "work", GENERIC | {"similarity": 0.9, "year_distance": 0.0, "venue": 0.65}),
    ("generic_title", "work", GENERIC | {"doi": 1.0}),
    ("generic_title", "work", GENERIC | {"pmid": 1.0}),
    ("generic_title", "work", {"generic_title": 0.5, "title_similarity": 1.0, "year_distance": 0.0}),
    ("generic_title", "work", GENERIC | {"pages": 1.0, "volume": 1.0}),
    ("generic_title", "work", GENERIC | {"volume": 1.0, "issue": 1.0, "authors": 1.0}),
    ("other_title", "work", {"title_similarity": 0.85, "title_containment": 0.5}),
    ("other_title", "work", {"title_similarity": 0.6, "title_containment": 0.9}),
    ("other_title", "work", {"title_similarity": 0.6, "title_containment": 0.5, "authors": 1.0}),
    ("other_title", "work", {"title_similarity": 0.6, "title_containment": 0.5, "doi": 1.0}),
    ("other_abstract", "work", {"similarity": 0.3, "containment": 0.8, "title_similarity": 1.0}),
    ("other_abstract", "work", {"similarity": 0.2, "containment": 0.9, "title_similarity": 0.8}),
    ("other_abstract", "work", {"similarity": 0.65, "containment": 0.8, "title_similarity": 0.5}),
    ("other_abstract", "work", {"similarity": 0.1, "containment": 0.1, "title_similarity": 1.0, "authors": 0.5}),
    ("other_abstract", "work", {"title_similarity": 1.0}),
    ("other_publication", "publication", MISPRINT),
    ("other_publication", "publication", {"year_distance": 1.0, "pages": 0.0, "volume": 1.0}),
    ("other_publication", "work", {"venue": 0.0, "volume": 0.0, "pages": 0.0, "year_distance": 9.0, "similarity": 0.5}),
    ("other_publication", "publication", {"venue": 0.0, "year_distance": 1.0, "volume": 1.0}),
    ("other_publication", "publication", {"venue": 0.0, "pages": 1.0}),
    ("other_publication", "publication", {"venue": 0.1, "year_distance": 1.0}),
    ("other_publication", "work", {"venue": 0.0}),
    ("other_publication", "work", {"arxiv_id": 0.5}),
    ("other_publication", "publication", {"arxiv_id": 0.5, "doi": 1.0}),
    ("other_publication", "publication", {"venue": 0.9, "volume": 0.0}),
    ("other_publication", "publication", {"volume": 0.0, "pages": 1.0}),
    ("other_publication", "publication", {"venue": 0.0, "volume": 0.0, "pages": 0.0, "doi": 1.0}),
    ("other_publication", "publication", {"venue": 0.0, "volume": 0.0, "pmid": 1.0}),
]


@pytest.mark.parametrize(("rule", "unit", "evidence"), HELD)
def test_a_guard_keeps_a_pair_from_being_a_match(rule, unit, evidence):
    assert judged(evidence, unit) == ("review", rule)


@pytest.mark.parametrize(("rule", "unit", "evidence"), LET_THROUGH)
def test_a_guard_lets_its_neighbour_through(rule, unit, evidence):
    assert judged(evidence, unit) == ("match", "model")


@pytest.mark.parametrize(("rule", "unit", "evidence"), HELD)
def test_a_guard_lifts_no_judgement_and_is_told_of_a_pair_that_is_no_match_anyway(rule, unit, evidence):
    assert judged(evidence, unit, REVIEW_FROM - 1) == ("non_match", rule)
    assert judged(evidence, unit, REVIEW_FROM) == ("review", rule)


def test_every_guard_is_tried_here_and_tells_its_documents_apart():
    names = {name for unit in ("work", "publication") for name, _ in guards(unit)}
    assert names == {rule for rule, *_ in HELD} == {rule for rule, *_ in LET_THROUGH}
    assert names - {"other_abstract"} == set(TOLD_APART)


def test_the_first_guard_that_holds_is_told():
    assert judged({"title_parts": 0.0, "arxiv_id": 0.0}) == ("review", "other_part")
    assert judged(GENERIC | {"volume": 0.0, "pages": 0.0}, "publication") == ("review", "generic_title")


PLACE_SAID = {
    "venue": 0.65,
    "volume": 1.0,
    "pages": 1.0,
    "authors": 0.5,
    "year_distance": 1.0,
    "title_containment": 0.9,
}
OF_A_GROUP = {"authors": 0.0, "title_similarity": 0.95, "title_length": 6.0}
TEXT_SAID = {"similarity": 0.8, "smaller_words": 60.0, "authors": 0.5}
TITLE_SAID = {
    "title_similarity": 0.99,
    "title_length": 6.0,
    "authors": 1.0,
    "authors_all": 0.6,
    "smaller_words": 20.0,
    "similarity": 0.0,
    "year_distance": 1.0,
    "title_years": 2.0,
    "one_list": 0.1,
}


@pytest.mark.parametrize(
    ("rule", "evidence", "unlike"),
    [
        ("same_place", PLACE_SAID, {"venue": 0.64}),
        ("same_place", PLACE_SAID, {"volume": 0.0}),
        ("same_place", PLACE_SAID, {"pages": 0.0}),
        ("same_place", PLACE_SAID, {"authors": None}),
        ("same_place", PLACE_SAID | OF_A_GROUP, {"title_similarity": 0.94}),
        ("same_place", PLACE_SAID | OF_A_GROUP, {"title_length": 5.0}),
        ("same_place", PLACE_SAID, {"year_distance": 2.0}),
        ("same_place", PLACE_SAID, {"title_containment": 0.89}),
        ("same_abstract", TEXT_SAID, {"smaller_words": 59.0}),
        ("same_abstract", TEXT_SAID, {"authors": 0.4}),
        ("same_abstract", TEXT_SAID, {"venue": 0.95, "pages": 0.0}),
        ("same_abstract", TEXT_SAID, {"venue": 0.95, "doi": 0.0}),
        ("same_title", TITLE_SAID, {"title_similarity": 0.98}),
        ("same_title", TITLE_SAID, {"title_length": 5.0}),
        ("same_title", TITLE_SAID, {"authors": 0.9}),
        ("same_title", TITLE_SAID, {"authors": None}),
        ("same_title", TITLE_SAID, {"authors_all": 0.5}),
        ("same_title", TITLE_SAID, {"smaller_words": 19.0}),
        ("same_title", TITLE_SAID, {"year_distance": None}),
        ("same_title", TITLE_SAID, {"title_years": 3.0}),
        ("same_title", TITLE_SAID, {"one_list": 0.0}),
        ("same_title", TITLE_SAID, {"one_list": None}),
        ("same_title", TITLE_SAID, {"generic_title": 1.0}),
    ],
)
def test_a_lift_makes_a_match_whatever_the_score_where_all_of_it_is_said(rule, evidence, unlike):
    assert judged(evidence, score=-9.0) == ("match", rule)
    assert judged(evidence | unlike, score=-9.0)[0] == "non_match"


def test_a_title_and_its_authors_are_one_work_and_may_be_two_publications():
    assert judged(TITLE_SAID, "publication", score=-9.0) == ("non_match", "model")


@pytest.mark.parametrize("elsewhere", [{"doi": 0.0}, {"venue": 0.64}])
def test_one_abstract_printed_elsewhere_is_one_work_and_two_publications(elsewhere):
    assert judged(TEXT_SAID | elsewhere, score=-9.0) == ("match", "same_abstract")
    assert judged(TEXT_SAID | elsewhere, "publication", score=-9.0) == ("non_match", "model")


@pytest.mark.parametrize(("decision", "judgement"), [("must_link", "match"), ("cannot_link", "non_match")])
@pytest.mark.parametrize(("rule", "unit", "evidence"), HELD[:1] + LET_THROUGH[:1])
def test_a_decision_outranks_guards_and_scores(rule, unit, evidence, decision, judgement):
    pair = pl.DataFrame([dict.fromkeys(PAIR_COLUMNS) | evidence], schema=PAIR_COLUMNS)
    ends = pl.DataFrame({"left_no": [0], "right_no": [1]})
    documents = pl.DataFrame({"document_no": [0, 1], "document_id": ["a", "b"]})
    said = decided(pl.DataFrame([("b", "a", decision)], schema=DECISION_SCHEMA, orient="row"), documents)
    found = overrule(ends.hstack(judge(pair, Settings(unit=unit), model(9.0))), said)
    assert found.select("judgement", "rule").rows() == [(judgement, "decision")]
