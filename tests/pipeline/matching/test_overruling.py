"""What overrules a judgement: decisions and bridges, and the order of the resulting rows."""

import polars as pl

from papersieve.pipeline.matching.overruling import DECISION_SCHEMA, OVERRULED_SCHEMA, decided, doubted, overrule

PAIRS = pl.DataFrame(
    [(2, 3, "band", 0.5, "match", "model"), (0, 1, "title", None, "review", "other_part")],
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
        (2, 3, "band", 0.5, "match", "model"),
    ]


def test_a_bridge_is_for_review_and_other_pairs_stay_as_they_are():
    told = overrule(PAIRS, doubted(pl.DataFrame({"left_no": [2], "right_no": [3]})))
    assert told.row(0) == (2, 3, "band", 0.5, "review", "bridge")
    assert told.row(1) == PAIRS.row(1)


def test_nothing_outranks_where_nothing_was_said():
    assert overrule(PAIRS, pl.DataFrame(schema=OVERRULED_SCHEMA)).equals(PAIRS)
    assert decided(said(), DOCUMENTS).is_empty()
