"""What tells two titles apart: parts and notices, numbers, and words that only one of two papers says."""

import itertools
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.matching.title_parts import LAST_NUMBER, NOTICE, PART, parts_differ
from papersieve.pipeline.matching.title_words import (
    CARDINALS,
    ORDINALS,
    are_opposite,
    are_unsaid,
    own_words,
    words_apart,
    worth,
)

_ODD = f"{PART}|{NOTICE}|{LAST_NUMBER}"

#: What `title_parts` says of two titles: other parts, opposites that abstracts repeat, or a notice and its paper; one
#: is a plan, an update or a further number of the other, or says the opposite; nothing but numbers tells them apart;
#: each names what the other paper never says; none of these.
OTHER_PART, KINDRED, NUMBERED, OTHER_WORDS, ALIKE = 0.0, 0.25, 0.5, 0.75, 1.0

#: What a title has more than another: that of a plan, an update, a digest or a sequel of a paper, and that of what the
#: other denies.
_TURNS = re.compile(
    r"\b(?:protocols?|rationale|analysis plan|updated?|revisited|executive summary|explanation|extension|repl(?:y|ies)|rejoinder|"
    r"continued|continuation|concluded|fortsetzung|nachtrag|续|non?|not|without)\b"
)

#: What the abstract of a plan says besides.
_PLANS, _PLANNED = frozenset(("protocol", "protocols", "rationale")), frozenset(("will", "protocol"))

#: What tells a further study of one team, another place, or a further model or benchmark, where a title goes on behind
#: it; at its end it is a subtitle, which some lists leave out.
_QUALIFIES = re.compile(
    r"\b(?:long term|follow up|baseline|pilot|feasibility|qualitative|cost effectiveness|(?:economic|process) evaluation|secondary|overview|"
    r"post hoc|subgroup|children|adolescents|infants|women|men|mice|rats|west|north|south|"
    r"vl|omni|coder|math|audio|chat|instruct|multimodal|multilingual|lite|pro|mini|hard|live)\b"
)
#: "Two new species" are others than "a new species".
_SEVERAL = frozenset(CARDINALS[1:])
#: The names of models are all that such titles say.
_MODEL = re.compile(r" (?:technical report|(?:system|model) card)$")

#: Titles that are alike so far, or of which one holds all words of the other, are asked for more than parts and
#: notices.
AKIN = 0.7

#: The years 2015-16, which others write as 2015-2016.
_SHORT_YEARS = re.compile(r"\b((19|20)\d\d) (?=\d\d\b)")

#: Words of a beginning that two titles of a series share before their numbers.
_BEGINNING = 3

Places = npt.NDArray[np.signedinteger]


def tell_titles_apart(
    left: pl.Series, right: pl.Series, titles: pl.DataFrame, abstracts: pl.Series, at: Sequence[Places]
) -> pl.Series:
    """title_parts of pairs of titles; null where one is missing (empty), save beside a notice: it is about another
    paper than a text without a title. titles: how alike they are. at: places of the two among all abstracts.
    """
    is_told = titles["title_similarity"].is_not_null()
    alone = pl.select(pl.when(is_told).then(pl.lit("")).otherwise(left + right)).to_series()
    found = pl.select(
        pl.when(is_told).then(ALIKE).when(alone.str.contains(NOTICE)).then(OTHER_PART).cast(pl.Float64)
    ).to_series()
    differ = (is_told & (left != right)).arg_true()
    one, other = left[differ], right[differ]
    is_akin = (titles["title_similarity"][differ] >= AKIN) | (titles["title_containment"][differ] == 1)
    is_odd = one.str.contains(_ODD) | other.str.contains(_ODD) | is_akin
    rows, one, other = differ.filter(is_odd), one.filter(is_odd), other.filter(is_odd)
    places = (side[rows.to_numpy()].tolist() for side in at)
    told = [
        _told_apart(a, b, abstracts, ends) for a, b, ends in zip(one, other, zip(*places, strict=True), strict=True)
    ]
    return found.scatter(rows, pl.Series(told, dtype=pl.Float64)).alias("title_parts")


def _told_apart(left: str, right: str, abstracts: pl.Series, ends: tuple[int, ...]) -> float:
    left, right = (_SHORT_YEARS.sub(r"\1 \2", title) for title in (left, right))
    if parts_differ(left, right):
        return OTHER_PART
    said = [abstracts[end] for end in ends]
    if are_numbered(left, right):
        return OTHER_PART if all(said) and are_unsaid(words_apart(left.split(), right.split()), said) else NUMBERED
    own = own_words(left, right)
    if not all(own):
        if all(said) and _are_told_by_abstracts(left, right, own, said):
            return OTHER_PART
        if are_kindred(left, right, own):
            return KINDRED
        is_named = any(own) and not all(said) and _at_name(left, right) and are_unsaid(own, said)
        return OTHER_WORDS if is_named else ALIKE
    is_other = are_unsaid(own, said)
    if are_opposite(*own):
        return OTHER_PART if is_other and all(said) else KINDRED
    if are_kindred(left, right, own):
        return KINDRED
    return OTHER_WORDS if is_other else ALIKE


_NUMBER = re.compile(rf"\d+(?!\d|(?:st|nd|rd|th)\b)|\b(?:{'|'.join(ORDINALS + CARDINALS)})\b")


def are_numbered(left: str, right: str) -> bool:
    """Whether nothing but numbers at the same places tells two titles apart.

    >>> are_numbered("lamps of 2019", "lamps of 2020"), are_numbered("two lamps", "2 lamps")
    (True, False)
    """
    if _NUMBER.sub("#", left) != _NUMBER.sub("#", right):
        return False
    return [worth(n) for n in _NUMBER.findall(left)] != [worth(n) for n in _NUMBER.findall(right)]


def are_kindred(left: str, right: str, own: tuple[set[str], set[str]]) -> bool:
    """Whether one title has a number more or, behind the same beginning, another one, or another formula; whether it
    names a plan, an update or a sequel of the other's paper, denies what the other says, or says it in another order
    (own: `own_words`).
    """
    words = left.split(), right.split()
    if all(own):
        return _go_on_with_other_numbers(*words) or all(map(_is_formula, (*own[0], *own[1])))
    if _letters(left) == _letters(right):
        return _has_other_numbers(left, right)
    if sorted(words[0]) == sorted(words[1]):
        return "".join(words[0]) != "".join(words[1]) and f" {right} " not in f" {left} {left} "
    return _goes_further(*words, own[0]) if own[0] else _goes_further(*words[::-1], own[1])


def _goes_further(title: list[str], other: list[str], more: set[str]) -> bool:
    """Whether what a title says more than another one, all of whose words it holds, makes it that of another paper.

    Behind the whole other title it is a subtitle, small words of which ("in", "of") are not among what it says more.
    """
    if not more:
        return False
    is_subtitled = title[: len(other)] == other
    end = 0 if is_subtitled else max((place for place, word in enumerate(title) if word not in more), default=0)
    inserted, said = (" ".join(word for word in words if word in more) for words in (title[:end], title))
    is_model = inserted != "" and _MODEL.search(" ".join(title))
    return bool(_TURNS.search(said) or _QUALIFIES.search(inserted) or is_model) or more <= _SEVERAL


def _are_told_by_abstracts(left: str, right: str, own: tuple[set[str], set[str]], said: list[str]) -> bool:
    """Whether two abstracts, neither of which holds the other, say too what makes one title that of another paper: a
    plan, a further study, or the next version of what both titles begin with.
    """
    short, long = sorted(said, key=len)
    if short in long:
        return False
    if (version := _at_name(left, right)) and _one_alone_names(version, said):
        return True
    turning = [{word for word in words if _TURNS.search(word) or _QUALIFIES.search(word)} for words in own]
    telling = [words | _PLANNED if words & _PLANS else words for words in turning]
    return any(telling) and are_unsaid((telling[0], telling[1]), said)


def _one_alone_names(version: str, said: list[str]) -> bool:
    """Whether one abstract alone names a version: a number once, a word, which a revised title may have more, twice."""
    fewer, more = sorted(f" {text} ".count(f" {version} ") for text in said)
    return fewer == 0 and more >= (1 if re.search(r"\d", version) else 2)


_TRADEMARKS = (["r"], ["tm"])


def _at_name(left: str, right: str) -> str | None:
    """The one word that one title has more behind the name of few words that both begin with ("Kettle 2: …"), and the
    word before it.
    """
    short, long = sorted((left.split(), right.split()), key=len)
    same = _same_words(short, long)
    if long[same : same + 1] in _TRADEMARKS:
        return None
    is_one_more = 0 < same < _BEGINNING and short[same:] == long[same + 1 :] != [] and not short[0].isdigit()
    return " ".join(long[same - 1 : same + 1]) if is_one_more else None


def _same_words(left: list[str], right: list[str]) -> int:
    """How many words two titles that are not the same begin with alike."""
    return next(place for place, (a, b) in enumerate(itertools.zip_longest(left, right)) if a != b)


def _go_on_with_other_numbers(left: list[str], right: list[str]) -> bool:
    same = _same_words(left, right)
    ahead = [words[same] if same < len(words) else "" for words in (left, right)]
    return same >= _BEGINNING and all(re.fullmatch(r"\d+|[ivx]", word) for word in ahead)


_LAST_SIGN, _VERSION, _YEAR = re.compile(r" ([ivx])$"), re.compile(r"\bv(?=\d)"), re.compile(r"(?:19|20)\d\d")


def _is_formula(word: str) -> bool:
    """Whether a word has digits and letters, as formulas and strains have: LaMnO3; not 21st."""
    return re.search(r"\d", word) is not None and not worth(word).isdigit()


def _letters(title: str) -> str:
    return re.sub(r"[\d ]", "", _VERSION.sub("", _LAST_SIGN.sub("", title)))


def _has_other_numbers(left: str, right: str) -> bool:
    """Whether two have other digits in a row, a sign behind the title as well; years, which citations put anywhere, are
    none.
    """
    signed = [_LAST_SIGN.sub(lambda sign: f" {worth(sign[1])}", title) for title in (left, right)]
    said = [re.findall(r"\d+", title) for title in signed]
    without_years = ["".join(n for n in numbers if not _YEAR.fullmatch(n)) for numbers in said]
    return "".join(said[0]) != "".join(said[1]) and without_years[0] != without_years[1]
