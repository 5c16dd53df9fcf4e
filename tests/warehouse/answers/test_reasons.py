"""Every rule, judgement and kind of evidence has a name in words, and values are shown as people say them."""

import pytest

from papersieve.pipeline.matching.judgement import MODEL
from papersieve.pipeline.matching.model import PAIR_COLUMNS
from papersieve.warehouse.answers.reasons import COUNTS, JUDGEMENT_NAMES, NAMES, RULE_NAMES, RULES, value_in_words


def test_everything_that_a_pair_can_have_has_a_name_of_its_own():
    assert NAMES.keys() == {*PAIR_COLUMNS, "prior"}
    assert RULE_NAMES.keys() == {*RULES, MODEL}
    assert JUDGEMENT_NAMES.keys() == {"match", "review", "non_match"}
    for names in (NAMES, RULE_NAMES, JUDGEMENT_NAMES):
        assert len({*names.values()}) == len(names)
        assert not any("_" in name for name in names.values())


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("doi", 1.0, "same"),
        ("doi", 0.0, "different"),
        ("venue_kind", 0.5, "one unknown"),
        ("venue_kind", 0.0, "different"),
        ("year_distance", 3.0, "3"),
        ("similarity", 0.726, "73 %"),
        ("authors", 0.0, "0 %"),
        ("generic_title", 1.0, "yes"),
        ("one_list", -1.0, "one dump that lists each paper once"),
        ("one_list", 0.4, "two dumps that list each paper once"),
        ("prior", 1.0, ""),
        ("doi", None, ""),
    ],
)
def test_a_value_is_told_in_words(name, value, told):
    assert value_in_words(name, value) == told


def test_counts_are_never_shares():
    assert not any("%" in value_in_words(name, 7.0) for name in COUNTS)
