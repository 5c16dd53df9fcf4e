"""What distinguishes two titles: parts and notices, numbers, and words that only one of two papers uses."""

import itertools
import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import Levenshtein

from papersieve.pipeline.matching.sequels import YEAR, are_kindred, are_numbered, are_told_by_abstracts, at_name
from papersieve.pipeline.matching.title_parts import LAST_NUMBER, NOTICE, PART, parts_differ
from papersieve.pipeline.matching.title_words import SMALL, are_opposite, are_unsaid, own_words, words_apart

_ODD = f"{PART}|{NOTICE}|{LAST_NUMBER}"

#: Values of `title_parts`: different parts, opposites that the abstracts repeat, or a notice and its paper; one
#: abstract plans what the other reports; one is a plan, an update or a further number of the other, or its opposite;
#: only years differ, and both have abstracts; only numbers differ; each names something that the other paper never
#: mentions, and the abstracts have different numbers or are one template; each names such a thing; none of these.
OTHER_PART, PLANNED, KINDRED, YEARS, NUMBERED, TEMPLATE, OTHER_WORDS, ALIKE = 0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 1.0

#: Similarity from which on titles are checked for more than parts and notices. So are titles of which one has all words
#: of the other.
AKIN = 0.7

#: The years 2015-16, which others write as 2015-2016.
_SHORT_YEARS = re.compile(r"\b((19|20)\d\d) (?=\d\d\b)")

#: In order: numbers that each abstract alone must have for the results to count as different; most consecutive words
#: that differ between two uses of a template; first letters that forms of one word share; times that a plan says
#: "will".
_OWN_NUMBERS, _MOST_FILLED_IN, _STEM, _TIMES_PLANNED = 2, 3, 4, 2
_WILL, _RESULTS = " will ", [" results ", " conclusion ", " conclusions "]

Places = npt.NDArray[np.signedinteger]


def tell_titles_apart(
    left: pl.Series, right: pl.Series, titles: pl.DataFrame, abstracts: pl.Series, at: Sequence[Places]
) -> pl.Series:
    """title_parts of pairs of titles; null if a title is missing (empty), unless the other one is that of a notice.

    A notice is never the same paper as a text without a title. titles: their similarities, as `compare_titles` returns
    them. at: the places of the two documents in `abstracts`.
    """
    is_told = titles["title_similarity"].is_not_null()
    is_akin = ((titles["title_similarity"] >= AKIN) | (titles["title_containment"] == 1)).fill_null(value=False)
    alone = pl.select(pl.when(is_told).then(pl.lit("")).otherwise(left + right)).to_series()
    is_notice, is_planned = alone.str.contains(NOTICE), is_akin & _are_plan_and_results(abstracts, at)
    at_most = pl.select(pl.when(is_planned).then(PLANNED).otherwise(ALIKE).cast(pl.Float64)).to_series()
    found = pl.select(pl.when(is_notice).then(OTHER_PART).when(is_told).then(at_most)).to_series()
    is_odd = is_akin | left.str.contains(_ODD) | right.str.contains(_ODD)
    rows = (is_told & (left != right) & is_odd).arg_true()
    pairs = zip(left[rows], right[rows], *(abstracts[side[rows.to_numpy()]] for side in at), strict=True)
    told = [min(most, _told_apart(*pair)) for most, pair in zip(at_most[rows], pairs, strict=True)]
    return found.scatter(rows, pl.Series(told, dtype=pl.Float64)).alias("title_parts")


def _are_plan_and_results(abstracts: pl.Series, at: Sequence[Places]) -> pl.Series:
    """Whether one of two abstracts says what will be done, and the other what was found."""
    plans, has_results = abstracts.str.count_matches(_WILL, literal=True), abstracts.str.contains_any(_RESULTS)
    is_plan, is_report = (plans >= _TIMES_PLANNED) & ~has_results, (plans == 0) & has_results
    left, right = at
    return (is_plan[left] & is_report[right]) | (is_report[left] & is_plan[right])


def _told_apart(left: str, right: str, *abstracts: str) -> float:
    left, right = (_SHORT_YEARS.sub(r"\1 \2", title) for title in (left, right))
    said = list(abstracts)
    if left == right:
        return ALIKE
    if parts_differ(left, right):
        return OTHER_PART
    if are_numbered(left, right):
        numbers = words_apart(left.split(), right.split())
        if not all(said) or not any(numbers):
            return NUMBERED
        are_years = all(map(YEAR.fullmatch, numbers[0] | numbers[1]))
        return OTHER_PART if are_unsaid(numbers, said) else YEARS if are_years else NUMBERED
    own = own_words(left, right)
    return _of_two_subjects(left, right, own, said) if all(own) else _of_one_more(left, right, own, said)


def _of_one_more(left: str, right: str, own: tuple[set[str], set[str]], said: list[str]) -> float:
    """title_parts if at most one title has words of its own."""
    if all(said) and are_told_by_abstracts(left, right, own, said):
        return OTHER_PART
    if are_kindred(left, right, own):
        return KINDRED
    is_named = any(own) and not all(said) and at_name(left, right) and are_unsaid(own, said)
    return OTHER_WORDS if is_named else ALIKE


def _of_two_subjects(left: str, right: str, own: tuple[set[str], set[str]], said: list[str]) -> float:
    """title_parts if each title has words of its own."""
    if are_opposite(*own):
        return OTHER_PART if all(said) and (are_unsaid(own, said) or _count_otherwise(*said)) else KINDRED
    if are_kindred(left, right, own):
        return KINDRED
    is_other = are_unsaid(own, said)
    if (is_other and _count_otherwise(*said)) or _are_filled_in_twice(own, *said):
        return TEMPLATE
    return OTHER_WORDS if is_other else ALIKE


def _count_otherwise(left: str, right: str) -> bool:
    """Whether each abstract has several numbers that the other lacks: a retitled paper keeps those of its results."""
    numbers = [set(filter(str.isdecimal, text.split())) for text in (left, right)]
    return min(len(numbers[0] - numbers[1]), len(numbers[1] - numbers[0])) >= _OWN_NUMBERS


def _are_filled_in_twice(own: tuple[set[str], set[str]], *said: str) -> bool:
    """Whether two abstracts are one template: they differ in the words in which the titles do (own), and in more names.

    Whoever revises a paper also changes words in between.
    """
    own, said = zip(*sorted(zip(own, said, strict=True), key=lambda side: side[1]), strict=True)
    left, right = (text.split() for text in said)
    is_titled, is_filled, at, to = False, False, 0, 0
    for block in Levenshtein.editops(left, right).as_matching_blocks():
        runs = [[word for word in run if word not in SMALL] for run in (left[at : block.a], right[to : block.b])]
        if max(block.a - at, block.b - to) > _MOST_FILLED_IN:
            return False
        if any(map(_are_kin, runs, own)):
            is_titled = True
        elif max(block.a - at, block.b - to) > 0:
            if _are_kin(*runs) or not all(runs):
                return False
            is_filled |= all(len(word) > 1 and word.isalpha() for word in itertools.chain(*runs))
        at, to = block.a + block.size, block.b + block.size
    return is_titled and is_filled


def _are_kin(words: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a word of one side is a form of a word of the other."""
    stems = [{word[:_STEM] for word in side if len(word) > 1 and not word.isdigit()} for side in (words, others)]
    return not stems[0].isdisjoint(stems[1])
