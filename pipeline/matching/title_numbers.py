"""Numbers and formulas in two titles: of years, parts and substances, however a list writes them."""

import itertools
import re

from papersieve.pipeline.matching.title_words import CARDINALS, MONTHS, ORDINALS, worth

#: Fewest words that two titles of a series share before their numbers.
BEGINNING = 3

_NUMBER = re.compile(rf"\d+(?!\d|(?:st|nd|rd|th)\b)|\b(?:{'|'.join([*ORDINALS, *CARDINALS, *sorted(MONTHS)])})\b")
_LAST_SIGN, _VERSION, YEAR = re.compile(r" ([ivx])$"), re.compile(r"\bv(?=\d)"), re.compile(r"(?:19|20)\d\d")


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


def go_on_with_other_numbers(left: list[str], right: list[str]) -> bool:
    """Whether each of two titles continues with a number after the same beginning."""
    same = same_words(left, right)
    ahead = [words[same] if same < len(words) else "" for words in (left, right)]
    return same >= BEGINNING and all(re.fullmatch(r"\d+|[ivx]", word) for word in ahead)


def same_words(left: list[str], right: list[str]) -> int:
    """The number of words with which both titles begin."""
    pairs = enumerate(itertools.zip_longest(left, right))
    return next((place for place, (a, b) in pairs if a != b), len(left))


def is_formula(word: str) -> bool:
    """Whether a word has digits and letters, as in formulas and strains (LaMnO3), and is no number such as 21st."""
    return re.search(r"\d", word) is not None and not worth(word).isdigit()


def letters(title: str) -> str:
    """The letters of a title, without a Roman numeral at its end and the v of versions."""
    return re.sub(r"[\d ]", "", _VERSION.sub("", _LAST_SIGN.sub("", title)))


def has_other_numbers(left: str, right: str) -> bool:
    """Whether two titles have different digits, in order, including a Roman numeral at the end.

    Years do not count, as citations put them anywhere.
    """
    signed = [_LAST_SIGN.sub(lambda sign: f" {worth(sign[1])}", title) for title in (left, right)]
    said = [re.findall(r"\d+", title) for title in signed]
    without_years = ["".join(n for n in numbers if not YEAR.fullmatch(n)) for numbers in said]
    return "".join(said[0]) != "".join(said[1]) and without_years[0] != without_years[1]
