"""Differences of titles: as people read them, the same either way round and whatever the other pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.matching.title_differences import (
    ALIKE,
    KINDRED,
    NUMBERED,
    OTHER_PART,
    OTHER_WORDS,
    PLANNED,
    TEMPLATE,
    YEARS,
)
from papersieve.pipeline.matching.title_words import _are_one_word, _marks, own_words
from tests.support.told_titles import parts, told

MEN, WOMEN = "knots of men on nine islands", "knots of women on nine islands"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("lamps of 2019 in rooms", "lamps of 2020 in rooms", NUMBERED),
        ("two lamps in a room", "three lamps in a room", NUMBERED),
        ("two lamps in a room", "2 lamps in a room", ALIKE),
        ("lampnet v2 for rooms", "lampnet v3 for rooms", NUMBERED),
        ("lamp outlook march 2019", "lamp outlook april 2019", NUMBERED),
        ("lamp outlook march 2019", "lamp outlook mar 2019", ALIKE),
        ("lamp outlook jan 2019", "lamp outlook feb 2019", NUMBERED),
        ("lamp outlook 1 may 2019", "lamp outlook may 1 2019", ALIKE),
        ("lamp outlook 3 may 2019", "lamp outlook march 5 2019", NUMBERED),
        ("lamp outlook february 2019", "lamp outlook februray 2019", ALIKE),
        ("march of the lamps", "marching of the lamps", ALIKE),
        ("glow of ldh lamps", "glow of idh lamps", OTHER_WORDS),
        ("lampnet for rooms", "lampnet v3 for rooms", KINDRED),
        ("lampnet2 report", "lampnet2 5 report", KINDRED),
        ("lamps in 2000 rooms", "lamps in 2 000 rooms", ALIKE),
        ("lamps in rooms 2015 16", "lamps in rooms 2015 2016", ALIKE),
        ("lamps in rooms 2015 16", "lamps in rooms 2015 2017", NUMBERED),
        ("lamps for 2 and 4 weeks", "lamps for 4 and 2 weeks", NUMBERED),
        ("1992 lamps in small rooms", "lamps in small rooms", ALIKE),
        ("on the theory of lamps i", "on the theory of lamps", KINDRED),
        ("theory of lamps i the wick", "theory of lamps 2 the oil", KINDRED),
        ("lamps in rooms protocol for a trial", "lamps in rooms a trial", KINDRED),
        ("lamps in rooms an update", "lamps in rooms", KINDRED),
        ("lamps in rooms revisited", "lamps in rooms", KINDRED),
        ("lamps in rooms continued", "lamps in rooms", KINDRED),
        ("lamps in rooms executive summary", "lamps in rooms", KINDRED),
        ("long term effects of lamps", "effects of lamps", KINDRED),
        ("lamps a pilot study of rooms", "lamps a study of rooms", KINDRED),
        ("lamps in rooms a pilot study", "lamps in rooms", ALIKE),
        ("lamps in rooms a pilot study in children of the hill", "lamps in rooms", ALIKE),
        ("lamps of west virginia", "lamps of virginia", KINDRED),
        ("two new lamps of yunnan", "a new lamp of yunnan", KINDRED),
        ("one new lamp of yunnan", "a new lamp of yunnan", ALIKE),
        ("kettle3 vl technical report", "kettle3 technical report", KINDRED),
        ("on lamps a technical report", "on lamps", ALIKE),
        ("lamps in non heated rooms", "lamps in heated rooms", KINDRED),
        ("lamps in nonheated rooms", "lamps in non heated rooms", ALIKE),
        ("lamps in unheated rooms", "lamps in heated rooms", KINDRED),
        ("rooms with lamps", "rooms without lamps", KINDRED),
        ("effect of lamps on rooms", "effect of rooms on lamps", KINDRED),
        ("lamps a history of rooms", "a history of rooms lamps", ALIKE),
        ("bee keepers", "beekeepers", ALIKE),
        ("lamps in kenya a count", "lamps in ghana a count", OTHER_WORDS),
        ("lamps in austria a count", "lamps in australia a count", OTHER_WORDS),
        ("the odour of lamps", "the odor of lamps", ALIKE),
        ("diagnosing lamps in rooms", "diagnosis of lamps in rooms", ALIKE),
        ("the fourth meeting on lamps", "the 4th meeting on lamps", ALIKE),
        ("lamps in rooms", "lamps in rooms and a study of their wicks", ALIKE),
        ("lamps in rooms", "wool and looms", ALIKE),
        ("care of slow oil lamp smoke a trial", "care of sols a trial", ALIKE),
        ("lamps with e candela in rooms", "lamps with elder candela in rooms", ALIKE),
        ("lamps of type b in rooms", "lamps of type c in rooms", OTHER_WORDS),
        ("lamps of type a in rooms", "lamps of type c in rooms", OTHER_WORDS),
        ("a count of lamps in rooms", "the count of lamps in rooms", ALIKE),
        ("lamp to lamp letters", "wick to lamp letters", OTHER_WORDS),
        ("the wick of of lamps", "the wick of lamps", ALIKE),
        ("the 11c lamp in rooms", "the c 11 lamp in rooms", ALIKE),
        ("glow of la0 7sr0 3mno3 lamps", "glow of la0 7ca0 3mno3 lamps", KINDRED),
        ("into the 1st room of lamps", "into the 21st room of lamps", OTHER_WORDS),
        ("kettle pro testing of spouts", "kettle testing of spouts", KINDRED),
        ("kettle bolt testing of spouts", "kettle testing of spouts", OTHER_WORDS),
        ("kettle r testing of spouts", "kettle testing of spouts", ALIKE),
        ("5 percent oil in lamps", "5 oil in lamps", ALIKE),
        ("kettle testing of spouts bolt", "kettle testing of spouts", ALIKE),
        ("lamps in rooms explanation and elaboration", "lamps in rooms", KINDRED),
        ("robust lamps of many rooms", "lamps of many rooms", KINDRED),
        ("the lamps of towers chapter 4", "the lamps of towers", KINDRED),
        ("lampnet plus2 a nest of lamps", "lampnet a nest of lamps", KINDRED),
        ("lampnet plus2 a nest of lamps", "lampnet plus3 a nest of lamps", NUMBERED),
        ("glow of cd4 plus lamps", "glow of cd4 lamps", ALIKE),
        ("glow of her2 plus lamps", "glow of her2 minus lamps", KINDRED),
        ("lamps under 65 years", "lamps over 65 years", KINDRED),
        ("symptomatic lamps in towers", "asymptomatic lamps in towers", KINDRED),
        ("lamps of zambia a count", "lamps of gambia a count", OTHER_WORDS),
        ("lamps of niger a count", "lamps of nigeria a count", OTHER_WORDS),
        ("lamps of iceland a count", "lamps of lceland a count", ALIKE),
        ("are lamps poor readers", "lamps are poor readers", ALIKE),
        ("glow of hexane lamps", "glow of hexene lamps", OTHER_WORDS),
        ("glow of nitrate lamps", "glow of nitrates in lamps", ALIKE),
        ("glow of dimethyl lamps", "glow of diethyl lamps", OTHER_WORDS),
        ("sulphur and oestrogen in lamps", "sulfur and estrogen in lamps", ALIKE),
        ("thirty years of lamps", "30 years of lamps", ALIKE),
        ("thirty years of lamps", "40 years of lamps", OTHER_WORDS),
    ],
)
def test_titles_are_told_apart_as_people_read_them(left, right, expected):
    assert told(left, right) == expected


PLAN, TRIAL = "lamps in rooms protocol for a trial", "lamps in rooms a trial"
KETTLE, KETTLE_2, KETTLE_VL = "kettle small models", "kettle 2 small models", "kettle vl small models"
KETTLE_X = "kettle x small models"


@pytest.mark.parametrize(
    ("left", "right", "abstracts", "expected"),
    [
        (PLAN, TRIAL, ("we will light ninety rooms", "we lit ninety rooms"), OTHER_PART),
        (PLAN, TRIAL, ("we will light ninety rooms", "we will light ninety rooms with oil"), KINDRED),
        (PLAN, TRIAL, ("we lit ninety rooms", "we then lit ninety rooms"), KINDRED),
        (PLAN, TRIAL, ("", "we lit ninety rooms"), KINDRED),
        (KETTLE_2, KETTLE, ("kettle 2 sings in pairs", "kettle sings with 2 lids"), OTHER_PART),
        (KETTLE_2, KETTLE, ("kettle 2 sings in pairs", "after kettle 2 we sing"), KINDRED),
        (KETTLE_VL, KETTLE, ("kettle vl sings in pairs", "kettle sings with lids"), OTHER_PART),
        (KETTLE_VL, KETTLE, ("kettle sings in pairs", "kettle sings with lids"), KINDRED),
        (KETTLE_X, KETTLE, ("kettle x sings and kettle x rests", "kettle sings with lids"), OTHER_PART),
        (KETTLE_X, KETTLE, ("kettle x sings and rests", "kettle sings with lids"), ALIKE),
    ],
)
def test_abstracts_that_say_so_too_make_two_papers_of_a_plan_or_a_further_model(left, right, abstracts, expected):
    assert told(left, right, abstracts) == expected


@pytest.mark.parametrize(
    ("abstracts", "expected"),
    [
        (("", ""), OTHER_WORDS),
        (("a count in kenya", "a count in ghana"), OTHER_WORDS),
        (("a count in kenya", ""), OTHER_WORDS),
        (("a count in kenya and ghana", "a count in ghana"), ALIKE),
        (("a count in one country", "a count in ghana"), ALIKE),
        (("a count", "a count"), ALIKE),
    ],
)
def test_a_word_is_anothers_where_its_own_abstract_says_it_and_the_others_does_not(abstracts, expected):
    assert told("lamps in kenya a count", "lamps in ghana a count", abstracts) == expected


@pytest.mark.parametrize(
    ("abstracts", "expected"),
    [
        (("a count in kenya of 11 in 20", "a count in ghana of 12 in 25"), TEMPLATE),
        (("a count in kenya of 11 in 20", "a count in ghana of 12 in 20"), OTHER_WORDS),
        (("a count in kenya of 11 in 20", "a count in ghana"), OTHER_WORDS),
        (("a count in kenya of 11 in 20", "a count in kenya and ghana of 12 in 25"), ALIKE),
    ],
)
def test_a_template_is_filled_in_twice_where_abstracts_have_other_numbers_too(abstracts, expected):
    assert told("lamps in kenya a count", "lamps in ghana a count", abstracts) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("lamps hang in many halls of stone", "bells hang in many halls of brick", TEMPLATE),
        ("lamps hang in many halls of stone", "bells hang now in many halls of brick", OTHER_WORDS),
        ("lamps hang in many halls of stone", "bells hung in many halls of brick", TEMPLATE),
        ("lamps hang in many halls of stone", "bells hang in many hall of brick", OTHER_WORDS),
        ("lamps hang in many halls of stone", "bells hang on many halls of brick", OTHER_WORDS),
        ("lamps hang in many halls of stone", "bells hang in many halls of stone", OTHER_WORDS),
        ("lamps hang in many halls 7", "bells hang in many halls 8", OTHER_WORDS),
        ("all hang in many halls of stone", "all hang in many halls of brick", ALIKE),
        ("a lamp is hung in halls of stone", "a bell is hung in halls of brick", TEMPLATE),
        (
            "lamps hang where old stones meet in halls",
            "bells hang where swallows nest most years in halls",
            OTHER_WORDS,
        ),
    ],
)
def test_a_template_names_other_things_and_a_revised_abstract_is_worded_otherwise(one, other, expected):
    assert told("fall of lamps in towers", "fall of bells in towers", (one, other)) == expected


said = st.lists(st.sampled_from("lamps bells hang hung of in brick stone oak 7 8".split()), max_size=7).map(" ".join)


@given(said, said)
def test_abstracts_tell_titles_apart_alike_either_way_round(one, other):
    told("fall of lamps in towers", "fall of bells in towers", (one, other))


TO_DO, DONE = "we will ask men and will count knots", "we asked men and results were few"


@pytest.mark.parametrize(
    ("title", "abstracts", "expected"),
    [
        (MEN, (TO_DO, DONE), PLANNED),
        (MEN, ("we will ask men", DONE), ALIKE),
        (MEN, (TO_DO, "we asked men"), ALIKE),
        (MEN, (TO_DO, f"{DONE} and others will follow"), ALIKE),
        (MEN, (f"{TO_DO} and tell the results here", DONE), ALIKE),
        ("wool and looms", (TO_DO, DONE), ALIKE),
    ],
)
def test_a_plan_and_its_results_are_two_papers_under_one_title_too(title, abstracts, expected):
    assert told(MEN, title, abstracts) == expected


@pytest.mark.parametrize(
    ("abstracts", "expected"),
    [
        (("", ""), NUMBERED),
        (("at 7 lumen", ""), NUMBERED),
        (("at 7 lumen and 8", "at 8 lumen"), NUMBERED),
        (("at 7 lumen", "at 8 lumen"), OTHER_PART),
    ],
)
def test_numbers_that_abstracts_repeat_are_other_parts(abstracts, expected):
    assert told("flickers at 7 lumen", "flickers at 8 lumen", abstracts) == expected


def test_reports_of_two_years_are_told_apart_though_their_abstracts_are_one_text():
    assert told("lamps sold in 2014", "lamps sold in 2015", ("we count lamps", "we count lamps")) == YEARS
    assert told("lamps sold in 2014", "lamps sold in 2015", ("lamps of 2014", "lamps of 2015")) == OTHER_PART
    assert told("lamps sold in 2014", "lamps sold in 2015", ("we count lamps", "")) == NUMBERED
    assert told("lampnet v19 for rooms", "lampnet v23 for rooms", ("we count lamps", "we count lamps")) == NUMBERED


def test_equal_numbers_in_another_order_or_years_cut_short_tell_nothing_apart_by_their_abstracts():
    abstracts = ("bees sleep longer", "bees wake earlier")
    assert told("lamps for 2 and 4 weeks", "lamps for 4 and 2 weeks", abstracts) == NUMBERED
    assert told("lamps in rooms 2015 16", "lamps in rooms 2015 2016", abstracts) == ALIKE


def test_opposites_that_abstracts_repeat_are_other_parts():
    assert told(MEN, WOMEN) == told(MEN, WOMEN, ("we asked men", "")) == KINDRED
    assert told(MEN, WOMEN, ("we asked men and women", "we asked women")) == KINDRED
    assert told(MEN, WOMEN, ("we asked men", "we asked women")) == OTHER_PART
    assert told(MEN, WOMEN, ("we asked 11 of 20", "we asked 12 of 25")) == OTHER_PART


def test_a_notice_is_about_another_paper_than_a_text_without_a_title():
    assert told("erratum to lamps", "") == OTHER_PART
    assert told("lamps", "") is None


titles = st.lists(
    st.sampled_from(["bees", "lamps", "a", "of", "part", "1", "2", "v2", "correction", "men", "women", "protocol"]),
    max_size=5,
).map(" ".join)


@given(titles, titles)
def test_own_words_are_of_one_title_alone_and_those_of_equal_titles_none(one, other):
    left, right = own_words(one, other)
    assert left <= {*one.split()} - {*other.split()}
    assert right <= {*other.split()} - {*one.split()}
    assert (right, left) == own_words(other, one)


@given(st.lists(st.tuples(titles, titles), min_size=1, max_size=6))
def test_other_pairs_change_nothing(pairs):
    assert parts(pairs) == [told(one, other) for one, other in pairs]


SPELLINGS = st.one_of(
    st.sampled_from(
        "oestrogen estrogen i 1 1st first a b c11 11 copd sulphur sulfur thirty 30 aether ether oe o".split()
    ),
    st.text("aeiouphs1", min_size=1, max_size=7),
)


@given(SPELLINGS, SPELLINGS)
def test_two_spellings_of_one_word_have_a_mark_in_common(left, right):
    assert _marks(left) & _marks(right) or not _are_one_word(left, right)
