"""Titles of two papers of a series: plans, updates and further studies of a paper, the next version, other numbers.

Numbers are those of years, parts and substances, however a list writes them.
"""

import itertools
import re

from papersieve.pipeline.matching.title_words import CARDINALS, MONTHS, ORDINALS, SMALL, are_unsaid, worth

#: Fewest words that two titles of a series share before their numbers.
_BEGINNING = 3

_NUMBER = re.compile(rf"\d+(?!\d|(?:st|nd|rd|th)\b)|\b(?:{'|'.join([*ORDINALS, *CARDINALS, *sorted(MONTHS)])})\b")
_LAST_SIGN, _VERSION, YEAR = re.compile(r" ([ivx])$"), re.compile(r"\bv(?=\d)"), re.compile(r"(?:19|20)\d\d")

#: Words that make a title that of a plan, an update, a digest, a chapter or a sequel of the other's paper, or that deny
#: what the other says.
_TURNS = re.compile(
    r"\b(?:protocols?|rationale|analysis plan|updated?|revisited|executive summary|explanation|extension|repl(?:y|ies)|rejoinder|"
    r"continued|continuation|concluded|fortsetzung|nachtrag|续|non?|not|without|plus\d|sharp\d|(?:chapter|section|lecture) \w+)\b"
)

#: Words in the title of a plan, and words in its abstract.
_PLANS, _PLANNED = frozenset(("protocol", "protocols", "rationale")), frozenset(("will", "protocol"))

#: Words that make a title that of a further study of one team, or of another place, method, model or benchmark, if the
#: title continues after them. At its end they are a subtitle, which some lists leave out.
_QUALIFIES = re.compile(
    r"\b(?:long term|quality life|follow up|baseline|pilot|feasibility|qualitative|cost (?:effectiveness|utility|benefit)|(?:economic|process) evaluation|secondary|overview|"
    r"post hoc|subgroup|children|adolescents|infants|women|men|mice|rats|west|north|south|"
    r"self|semi|weakly|robust|generali[sz]ed|hierarchical|adaptive|deformable|sparse|stochastic|weighted|multi|dependent|distributed|parallel|federated|"
    r"further|more|another|additional|simpler?|short|elementary|alternative|demonstration|"
    r"vl|omni|coder|math|audio|chat|instruct|multimodal|multilingual|lite|pro|mini|hard|live)\b"
)
#: A paper on "two new species" is not the one on "a new species".
_SEVERAL = frozenset(CARDINALS[1:])
#: Ends of titles that contain nothing but the name of a model.
_MODEL = re.compile(r" (?:technical report|(?:system|model) card)$")

#: Words after a name that some lists leave out: trademarks, the plus of CD4+.
_OF_NO_NAME = (["r"], ["tm"], ["plus"])


def are_kindred(left: str, right: str, own: tuple[set[str], set[str]]) -> bool:
    """Whether one title is that of a plan, an update or a sequel of the other's paper, or denies what the other says.

    Also if it has one more number, another number after the same beginning, another formula, or the same words in
    another order. own: `title_words.own_words`.
    """
    words = left.split(), right.split()
    if all(own):
        return _go_on_with_other_numbers(*words) or all(map(_is_formula, (*own[0], *own[1])))
    if _letters(left) == _letters(right):
        return _has_other_numbers(left, right)
    if sorted(words[0]) == sorted(words[1]):
        telling = [[word for word in said if word not in SMALL] for said in words]
        return telling[0] != telling[1] and f" {right} " not in f" {left} {left} "
    return _goes_further(*words, own[0]) if own[0] else _goes_further(*words[::-1], own[1])


def _goes_further(title: list[str], other: list[str], more: set[str]) -> bool:
    """Whether the words that a title has more than another one, all of whose words it has, make it another paper's.

    After the whole other title they are a subtitle. Its small words ("in", "of") are not in `more`.
    """
    if not more:
        return False
    is_subtitled = title[: len(other)] == other
    end = 0 if is_subtitled else max((place for place, word in enumerate(title) if word not in more), default=0)
    inserted, said = (" ".join(word for word in words if word in more) for words in (title[:end], title))
    is_model = inserted != "" and _MODEL.search(" ".join(title))
    return bool(_TURNS.search(said) or _QUALIFIES.search(inserted) or is_model) or more <= _SEVERAL


def are_told_by_abstracts(left: str, right: str, own: tuple[set[str], set[str]], said: list[str]) -> bool:
    """Whether two abstracts, neither of which contains the other, also say what makes one title another paper's.

    That is a plan, a further study, or the next version of what both titles begin with.
    """
    short, long = sorted(said, key=len)
    if short in long:
        return False
    if (version := at_name(left, right)) and _one_alone_names(version, said):
        return True
    turning = [{word for word in words if _TURNS.search(word) or _QUALIFIES.search(word)} for words in own]
    telling = [words | _PLANNED if words & _PLANS else words for words in turning]
    return any(telling) and are_unsaid((telling[0], telling[1]), said)


def _one_alone_names(version: str, said: list[str]) -> bool:
    """Whether only one abstract names a version: a number once; a word twice, as a revised title may have added it."""
    fewer, more = sorted(f" {text} ".count(f" {version} ") for text in said)
    return fewer == 0 and more >= (1 if re.search(r"\d", version) else 2)


def at_name(left: str, right: str) -> str | None:
    """The one word that a title adds after the short name with which both begin ("Kettle 2: …"), after the word before.

    None if the titles differ in another way.
    """
    short, long = sorted((left.split(), right.split()), key=len)
    same = _same_words(short, long)
    if long[same : same + 1] in _OF_NO_NAME:
        return None
    is_one_more = 0 < same < _BEGINNING and short[same:] == long[same + 1 :] != [] and not short[0].isdigit()
    return " ".join(long[same - 1 : same + 1]) if is_one_more else None


def are_numbered(left: str, right: str) -> bool:
    """Whether two titles differ only in numbers at the same places. A month may be before or after its day.

    >>> are_numbered("lamps of 2019", "lamps of 2020"), are_numbered("two lamps", "2 lamps")
    (True, False)
    """
    if _NUMBER.sub("#", left) != _NUMBER.sub("#", right):
        return False
    said = [_NUMBER.findall(title) for title in (left, right)]
    have_months = all(set(numbers) & MONTHS for numbers in said)
    kinds = ([(number in MONTHS, worth(number)) for number in numbers] for numbers in said)
    one, other = map(sorted, kinds) if have_months else kinds
    return one != other


def _go_on_with_other_numbers(left: list[str], right: list[str]) -> bool:
    """Whether each of two titles continues with a number after the same beginning."""
    same = _same_words(left, right)
    ahead = [words[same] if same < len(words) else "" for words in (left, right)]
    return same >= _BEGINNING and all(re.fullmatch(r"\d+|[ivx]", word) for word in ahead)


def _same_words(left: list[str], right: list[str]) -> int:
    """The number of words with which both titles begin."""
    pairs = enumerate(itertools.zip_longest(left, right))
    return next((place for place, (a, b) in pairs if a != b), len(left))


def _is_formula(word: str) -> bool:
    """Whether a word has digits and letters, as in formulas and strains (LaMnO3), and is no number such as 21st."""
    return re.search(r"\d", word) is not None and not worth(word).isdigit()


def _letters(title: str) -> str:
    """The letters of a title, without a Roman numeral at its end and the v of versions."""
    return re.sub(r"[\d ]", "", _VERSION.sub("", _LAST_SIGN.sub("", title)))


def _has_other_numbers(left: str, right: str) -> bool:
    """Whether two titles have different digits, in order, including a Roman numeral at the end.

    Years do not count, as citations put them anywhere.
    """
    signed = [_LAST_SIGN.sub(lambda sign: f" {worth(sign[1])}", title) for title in (left, right)]
    said = [re.findall(r"\d+", title) for title in signed]
    without_years = ["".join(n for n in numbers if not YEAR.fullmatch(n)) for numbers in said]
    return "".join(said[0]) != "".join(said[1]) and without_years[0] != without_years[1]
