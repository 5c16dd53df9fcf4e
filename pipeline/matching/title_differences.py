"""What tells two titles apart: parts, notices, numbers, and words that only one of two papers says."""

import itertools
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.matching.title_words import CARDINALS, ORDINALS, are_opposite, are_unsaid, own_words, worth

#: A numbered part in a title: of two titles that name parts, other ones are other papers.
PART = (
    r"\b(?:part|volume|vol|chapter|section|session|module|week|episode|paper|study|phase|report|lecture|topic|supplement|appendix) "
    rf"(\d{{1,3}}[a-h]?|[ivx]{{1,6}}|[a-h]|{'|'.join(CARDINALS)})\b"
    rf"|\b({'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)) (?:part|report|edition|study|paper)\b|^({'|'.join(ORDINALS)}) "
)
_LAST_NUMBER = r" ([ivx]{1,6}|\d{1,2})$"
#: What publishers and archives file under the title of a paper: reviews and letters about it, its figures, data and
#: code.
_FILED = (
    r"faculty (?:opinions recommendation of|of 1000 evaluation for)|decision letter|(?:editor s|elife) (?:evaluation|assessment)|"
    r"(?:peer )?review(?:er)?(?: s)? reports?|review for|peer review of|referee(?: s)? reports?|closure to|"
    r"supplement(?:ary|al) (?:data|materials?|information|files?|figures?|tables?|methods|videos?|movies?)|additional files? \d+|"
    r"(?:fig(?:ure)?s?|tables?|videos?|movies?|moesm) ?s?\d[\w ]{0,20}? (?:from|in|of|for)|"
    r"(?:(?:replication|supporting|source) )?(?:data|code|scripts|slides|data and code|code and data) (?:from|for)|"
    r"(?:supporting (?:information|materials?)|supplement|appendix) (?:from|for|to)"
)
#: What begins or ends the title of a notice about another paper, which often repeats that paper's title and abstract.
NOTICE = (
    r"\b(?:errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a)|expression of concern|(?:author|publisher) correction|retraction not(?:e|ice)|"
    r"comment(?:ary)?|repl(?:y|ies)|in reply|authors? (?:s )?(?:reply|response)|rejoinder|discussion|supplementary (?:material|information|data)|"
    r"vol \d+ (?:pg|art no) \w+(?: \w+)? (?:19|20)\d\d)$|"
    r"^(?:(?:(?:author|publisher|editor)(?: s)? |editorial )?(?:errat(?:um|a)|corrigend(?:um|a)|corrections?|retraction|addend(?:um|a))|"
    r"(?:publisher s|editor s|editorial) note|removal notice|fe de erratas?|authors? (?:s )?(?:reply|response)|"
    r"withdrawn|withdrawal|expression of concern|comments? on|(?:editorial|invited) comment(?:ary)?|commentary on|repl(?:y|ies) (?:to|on)|"
    r"response to|letter to the editor on|reply rc\d*|rc ?\d+|discussion of|rejoinder|in reply to|notice of|"
    rf"summar(?:y|ies) for patients|plain language summary (?:of|for)|{_FILED})\b"
)
#: Which of these it is: Figure S1 from a paper, or its Table 2.
_WHAT_IS_FILED = re.compile(rf"(?:{_FILED})\b(?:(?: \w+){{0,5}}? from\b| s?\d\w*)?")
#: What is written or left out as one likes: "Decision letter for", "Table S1".
_OF_NO_MATTER = re.compile(r" (?:from|for|of|to|in)\b|\bs(?=\d)")
#: What stands before or behind the whole title of a paper where something else is filed under it; in other titles these
#: words say what a paper is about.
_LABEL = re.compile(r"re|data ?sets?|data|(?:source )?code|software|video(?: abstract)?|infographic|podcast|slides")

_ODD = f"{PART}|{NOTICE}|{_LAST_NUMBER}"

#: What `title_parts` says of two titles: other parts, opposites that abstracts repeat, or a notice and its paper; one
#: is a plan, an update or a further number of the other, or says the opposite; nothing but numbers tells them apart;
#: each names what the other paper never says; none of these.
OTHER_PART, KINDRED, NUMBERED, OTHER_WORDS, ALIKE = 0.0, 0.25, 0.5, 0.75, 1.0

#: What a title has more than another: that of a plan, an update, a digest or a sequel of a paper, and that of what the
#: other denies.
_TURNS = re.compile(
    r"\b(?:protocol|rationale|analysis plan|updated?|revisited|executive summary|repl(?:y|ies)|rejoinder|"
    r"continued|continuation|concluded|fortsetzung|nachtrag|续|non?|not|without)\b"
)

#: What tells a further study of one team, or another place, where a title goes on behind it; at its end it is a
#: subtitle, which some lists leave out.
_QUALIFIES = re.compile(
    r"\b(?:long term|follow up|baseline|pilot|feasibility|qualitative|cost effectiveness|economic evaluation|secondary|"
    r"post hoc|subgroup|children|adolescents|infants|women|men|mice|rats|west|north|south)\b"
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
        return OTHER_PART if all(said) and are_unsaid(_words_apart(left, right), said) else NUMBERED
    own = own_words(left, right)
    if not all(own):
        return KINDRED if are_kindred(left, right, own) else ALIKE
    is_other = are_unsaid(own, said)
    if are_opposite(*own):
        return OTHER_PART if is_other and all(said) else KINDRED
    if are_kindred(left, right, own):
        return KINDRED
    return OTHER_WORDS if is_other else ALIKE


def parts_differ(left: str, right: str) -> bool:
    """Whether two titles name different numbered parts, or one is a notice or filed beside the paper, and the other is
    not, or is something else.

    >>> parts_differ("on graphs part i", "on graphs part 2"), parts_differ("on graphs", "on graphs part 2")
    (True, False)
    """
    if bool(_NOTICED.search(left)) != bool(_NOTICED.search(right)) or _is_labelled(left, right):
        return True
    filed = [_OF_NO_MATTER.sub("", found[0]) for title in (left, right) if (found := _WHAT_IS_FILED.match(title))]
    if len(set(filed)) == 2:
        return True
    parts = [_parts_of(title) for title in (left, right)]
    return bool(parts[0] and parts[1]) and parts[0] != parts[1]


def _is_labelled(left: str, right: str) -> bool:
    """Whether one title is the other one and a label."""
    bare, whole = sorted((left, right), key=len)
    labels = (whole.removesuffix(bare), whole.removeprefix(bare)) if f" {bare} " in f" {whole} " else ()
    return any(label != whole and _LABEL.fullmatch(label.strip()) for label in labels)


_NOTICED, _PARTED, _NUMBERED = re.compile(NOTICE), re.compile(PART), re.compile(_LAST_NUMBER)


def _parts_of(title: str) -> list[str]:
    found = ["".join(found) for found in _PARTED.findall(title)] or _NUMBERED.findall(title)
    return [worth(part) for part in found]


_NUMBER = re.compile(rf"\d+(?!\d|(?:st|nd|rd|th)\b)|\b(?:{'|'.join(ORDINALS + CARDINALS)})\b")


def are_numbered(left: str, right: str) -> bool:
    """Whether nothing but numbers at the same places tells two titles apart.

    >>> are_numbered("lamps of 2019", "lamps of 2020"), are_numbered("two lamps", "2 lamps")
    (True, False)
    """
    if _NUMBER.sub("#", left) != _NUMBER.sub("#", right):
        return False
    return [worth(n) for n in _NUMBER.findall(left)] != [worth(n) for n in _NUMBER.findall(right)]


def _words_apart(left: str, right: str) -> tuple[set[str], set[str]]:
    """Words of each title that the other doesn't say, numbers among them."""
    words = set(left.split()), set(right.split())
    return words[0] - words[1], words[1] - words[0]


def are_kindred(left: str, right: str, own: tuple[set[str], set[str]]) -> bool:
    """Whether one title has a number more or, behind the same beginning, another one; whether it names a plan, an
    update or a sequel of the other's paper, denies what the other says, or says it in another order (own: `own_words`).
    """
    words = left.split(), right.split()
    if all(own):
        return _go_on_with_other_numbers(*words)
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


def _go_on_with_other_numbers(left: list[str], right: list[str]) -> bool:
    same = next(place for place, (a, b) in enumerate(itertools.zip_longest(left, right)) if a != b)
    ahead = [words[same] if same < len(words) else "" for words in (left, right)]
    return same >= _BEGINNING and all(re.fullmatch(r"\d+|[ivx]", word) for word in ahead)


_LAST_SIGN, _VERSION, _YEAR = re.compile(r" ([ivx])$"), re.compile(r"\bv(?=\d)"), re.compile(r"(?:19|20)\d\d")


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
