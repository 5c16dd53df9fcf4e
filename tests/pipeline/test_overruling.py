"""What outranks a judgement: once for decisions, once for bridges, and in which order rows come out."""

import polars as pl

from pipeline.matching.overruling import DECISION_SCHEMA, OVERRULED_SCHEMA, decided, doubted, overrule

PAIRS = pl.DataFrame(
    [(2, 3, "band", 0.5, "match", "near_abstract"), (0, 1, "title", None, "review", "same_title_other_abstract")],
    schema=["left_no", "right_no", "match_key", "similarity", "judgement", "rule"],
    orient="row",
)
DOCUMENTS = pl.DataFrame({"document_no": [0, 1, 2, 3], "document_id": ["d", "c", "b", "a"]})


def said(*decisions: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(decisions, schema=DECISION_SCHEMA, orient="row")


def test_a_decision_takes_the_place_of_a_judgement_and_is_a_pair_where_nothing_was_compared():
    by_people = decided(said(("c", "d", "must_link"), ("a", "d", "cannot_link"), ("a", "z", "must_link")), DOCUMENTS)
    assert sorted(overrule(PAIRS, by_people).rows()) == [
        (0, 1, "title", None, "match", "decision"),
        (0, 3, "decision", None, "non_match", "decision"),
        (2, 3, "band", 0.5, "match", "near_abstract"),
    ]


def test_a_bridge_is_for_review_by_the_rule_that_cut_it():
    bridges = pl.DataFrame({"left_no": [2], "right_no": [3], "rule": ["ambiguous_part"]})
    told = overrule(PAIRS, doubted(bridges))
    assert told.row(0) == (2, 3, "band", 0.5, "review", "ambiguous_part")
    assert told.row(1) == PAIRS.row(1)


def test_nothing_outranks_where_nothing_was_said():
    assert overrule(PAIRS, pl.DataFrame(schema=OVERRULED_SCHEMA)).equals(PAIRS)
    assert decided(said(), DOCUMENTS).is_empty()
