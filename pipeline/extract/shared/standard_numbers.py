"""Standard numbers of serials and books (ISSN, ISBN), by their check digits, out of what sources write around them."""

import re
from collections.abc import Iterable

_ISSN = re.compile(r"(?<![\dXx])(?<!\d-)(\d{4})-?(\d{3}[\dXx])(?![\dXx-])")
_ISBN = re.compile(r"(?<![\dXx])(?<!\d-)(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?![\dXx-])")


def find_issns(texts: Iterable[str]) -> list[str]:
    """ISSNs with their hyphen, each once, in the order in which they stand.

    >>> find_issns(["0028-0836 (Print)", "14764687", "9780306406157"])
    ['0028-0836', '1476-4687']
    """
    found = (f"{start}-{end.upper()}" for text in texts for start, end in _ISSN.findall(text[:1_000]))
    return list(dict.fromkeys(issn for issn in found if _is_checked(issn.replace("-", ""), 11)))


def find_isbns(texts: Iterable[str]) -> list[str]:
    """ISBNs of 10 or 13 digits without hyphens, each once, in the order in which they stand.

    >>> find_isbns(["978-0-306-40615-7 (hbk); 0306406152"])
    ['9780306406157', '0306406152']
    """
    found = (re.sub(r"[- ]", "", isbn).upper() for text in texts for isbn in _ISBN.findall(text[:1_000]))
    return list(dict.fromkeys(isbn for isbn in found if _is_isbn(isbn)))


def _is_isbn(digits: str) -> bool:
    if len(digits) == 10:
        return _is_checked(digits, 11)
    return digits.isdecimal() and sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(digits)) % 10 == 0


def _is_checked(digits: str, modulus: int) -> bool:
    """Whether the digits, the last counted once, the one before twice and so on, add up to a multiple; X is ten."""
    return (
        sum((10 if digit == "X" else int(digit)) * weight for weight, digit in enumerate(reversed(digits), 1)) % modulus
        == 0
    )
