"""Words that only one of two titles has: another spelling of the same paper, or a sign of another paper."""

import itertools
import re
from collections import Counter
from functools import lru_cache

from rapidfuzz.distance import OSA, Prefix

ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
CARDINALS = "one two three four five six seven eight nine ten eleven twelve".split()

_MONTHS = "january february march april may june july august september october november december".split()
_SHORT_MONTHS = [month[:3] for month in _MONTHS]
MONTHS = {*_MONTHS, *_SHORT_MONTHS}
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety hundred".split()

_COUNTED = (ORDINALS, CARDINALS, _MONTHS, _SHORT_MONTHS, "abcdefgh")
_WORTH = {
    **{word: number for words in _COUNTED for number, word in enumerate(words, start=1)},
    **{word: number for number, word in enumerate(_TEENS, start=13)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=1)},
}
_ROMAN = {"i": 1, "v": 5, "x": 10}

#: Pairs of words: the title of one paper has the first, and that of its companion the second.
_OPPOSITES = [
    pair.split()
    for pair in (
        "men women|male female|males females|boys girls|mothers fathers|maternal paternal|children adults|older younger|"
        "old young|with without|before after|short long|low high|lower higher|lower upper|early late|acute chronic|"
        "rural urban|left right|northern southern|eastern western|anterior posterior|proximal distal|inner outer|"
        "positive negative|summer winter|spring autumn|day night|inpatients outpatients|basic advanced|"
        "quantitative qualitative|benefits harms|plus minus|under over"
    ).split("|")
]
_DIGIT = re.compile(r"\d")
_TURNED = re.compile(r"^(?:un|non|in|im|anti|hyper|hypo|pre|post|intra|inter|extra|a)(?=\w{4})")

#: Words that do not tell what a paper is about, and that vary between citations of it.
SMALL = frozenset("a an and as at by for from in into is are its of on or the to vs versus".split())

#: Letters from which on a word may have one misprint (odor, odour), or another ending if this share of its first
#: letters is the same.
_LONG_WORD, _SAME_STEM = 5, 0.75

#: Letters in which names of substances or countries differ: hexane and hexene, nitrate and nitrite, ethanol and
#: ethanal, methyl and ethyl, Niger and Nigeria.
_NAMES = [re.compile(ends) for ends in (r"(?:[aey]n|[ai]t|id)es?$", r"[oa]l$", r"m?ethyl", r"(?:ia)?$")]

#: Letters that American spelling replaces (oestrogen, sulphate, anaemia), and an l that scanners make of an I. In short
#: words the l is real: LDH is not IDH.
_AMERICAN = {"ae": "e", "oe": "e", "ph": "f", "our": "or", "l": "i"}
_BRITISH = re.compile(r"ae|oe|ph|our|^l(?=[b-df-hj-km-np-tv-xz]\w{3})")

#: What a word may end with and still be the same word: glas, glass.
_ENDINGS = ("", "s", "ss")

#: Letters of the shortest abbreviation that is recognised. A single letter may be the first of a word ("E. coli").
_LETTERS = 3


def worth(part: str) -> str:
    """A number in digits, however it is written; anything else, such as 1a, as it is."""
    if part in _WORTH:
        return str(_WORTH[part])
    if _ROMAN.keys() >= set(part):
        worth = [_ROMAN[sign] for sign in part]
        return str(sum(-a if a < b else a for a, b in zip(worth, [*worth[1:], 0], strict=True)))
    return re.sub(r"^0+(?=\d)|(?<=\d)(?:st|nd|rd|th)$", "", part)


def own_words(left: str, right: str) -> tuple[set[str], set[str]]:
    """Words of each title that the other lacks in every spelling, joined or apart, in either order (11C, C-11).

    >>> own_words("colour of bee hives in men", "the color of beehives in women")
    ({'men'}, {'women'})
    """
    words = left.split(), right.split()
    own = words_apart(*words)
    for mine, whole, halves in ((words[0], own[1], own[0]), (words[1], own[0], own[1])):
        for first, second in itertools.pairwise(mine):
            if found := whole & {first + second, second + first}:
                whole -= found
                halves.difference_update((first, second))
    if len({"".join(word for word in said if word in mine) for said, mine in zip(words, own, strict=True)}) == 1:
        return set(), set()
    if not all(own):
        return own
    _drop_abbreviations(words, own)
    marked = ([(word, _marks(word)) for word in words] for words in own)
    spelled = [(a, b) for (a, mine), (b, other) in itertools.product(*marked) if mine & other and _are_one_word(a, b)]
    return own[0] - {a for a, _ in spelled}, own[1] - {b for _, b in spelled}


def words_apart(left: list[str], right: list[str]) -> tuple[set[str], set[str]]:
    """Words of each title that the other lacks.

    In titles of the same length a word replaces another one. It counts even if its title has it twice ("speech to
    speech" and "text to speech"), or if it is the letter a (influenza A and D).
    """
    if len(left) != len(right):
        return set(left) - {*right} - SMALL, set(right) - {*left} - SMALL
    more = Counter(left) - Counter(right), Counter(right) - Counter(left)
    are_letters = all(any(len(word) == 1 for word in words) for words in more)
    small = SMALL - {"a"} if are_letters else SMALL
    return set(more[0]) - small, set(more[1]) - small


def _drop_abbreviations(words: tuple[list[str], list[str]], own: tuple[set[str], set[str]]) -> None:
    """Remove what one title abbreviates by initials and the other writes in full: COPD."""
    for short, full, said in ((own[0], own[1], words[1]), (own[1], own[0], words[0])):
        run = [word for word in said if word in full]
        initials = "".join(word[0] for word in run)
        for word in [word for word in short if len(word) >= _LETTERS and word in initials]:
            short.discard(word)
            full.difference_update(run[initials.index(word) :][: len(word)])


@lru_cache(1 << 16)
def _marks(word: str) -> frozenset[str]:
    """The first letter, as written and in American spelling, and the number: spellings of a word share one of them."""
    return frozenset((word[0], _as_in_america(word)[0], f"={worth(word)}"))


def _are_one_word(left: str, right: str) -> bool:
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    if len(short) == 1 and short.isalpha() and not _DIGIT.search(long):
        return len(long) > _LETTERS and long[0] == short
    if _DIGIT.search(short + long) or _are_numbers(short, long):
        return worth(short) == worth(long)
    return f"{short}s" == long or (_are_spelled_alike(short, long) and not _are_names(short, long))


def _are_numbers(*words: str) -> bool:
    """Whether words are compared by value: both are numbers, or one is and is no month, which may be a misprint."""
    numbers = _WORTH.keys() & set(words)
    return len(numbers) == len(words) or not numbers <= MONTHS


def _are_spelled_alike(left: str, right: str) -> bool:
    """Whether two words are the same but for an ending, a misprint or American spelling.

    The first letter must agree, as it is seldom misprinted: Gambia and Zambia, symptomatic and asymptomatic.
    """
    short, long = sorted((_as_in_america(left), _as_in_america(right)), key=len)
    if short[0] != long[0]:
        return False
    stem = Prefix.similarity(short, long)
    is_misprint = len(long) >= _LONG_WORD and OSA.distance(short, long) <= 1
    return short == long or is_misprint or stem >= max(_LONG_WORD, _SAME_STEM * len(short))


def _are_names(left: str, right: str) -> bool:
    """Whether one or two letters make a word another name: nitrate, nitrite; dimethyl, diethyl; Niger, Nigeria."""
    return any(ends.sub("", left) == ends.sub("", right) for ends in _NAMES if ends.search(left))


@lru_cache(1 << 16)
def _as_in_america(word: str) -> str:
    return _BRITISH.sub(lambda found: _AMERICAN[found[0]], word)


def are_opposite(left: set[str], right: set[str]) -> bool:
    """Whether a word of one side is the opposite of a word of the other, or becomes its opposite by a prefix.

    >>> are_opposite({"heated"}, {"unheated"}), are_opposite({"heated"}, {"cooled"})
    (True, False)
    """
    bare = [{_TURNED.sub("", word) for word in words} for words in (left, right)]
    pairs = [*_OPPOSITES, *(pair[::-1] for pair in _OPPOSITES)]
    return not bare[0].isdisjoint(bare[1]) or any(a in left and b in right for a, b in pairs)


def are_unsaid(own: tuple[set[str], set[str]], abstracts: list[str]) -> bool:
    """Whether each side with words has one that its own abstract contains, if there is one, and the other's lacks."""
    (mine, other), stems = abstracts, [[word.rstrip("s") for word in words] for words in own]
    return all(
        any((not said or _says(said, stem)) and not _says(unsaid, stem) for stem in side)
        for side, said, unsaid in ((stems[0], mine, other), (stems[1], other, mine))
        if side
    )


def _says(text: str, stem: str) -> bool:
    """Whether a text has the word, with or without an s or two at its end."""
    padded = f" {text} " if text else ""
    return stem in padded and any(f" {stem}{ending} " in padded for ending in _ENDINGS)
