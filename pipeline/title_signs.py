"""Words for signs in titles that match texts drop: C++ is not C, HER2+ not HER2-, "<65 years" not "≥65 years"."""

import re
from collections.abc import Callable

import polars as pl

#: Matches titles that may have such a sign.
_HAS_SIGN = r"[+#<>≤≥]|[A-Z0-9](?:-[\s/)]|\(-\))|-\d[\d.]*\s?°"

#: Patterns of signs, and the words that replace them. A plus inside a word (B+-tree) is a part of a name. A dash is a
#: minus after a capital or a digit, unless a small word follows: "pre- and post-", "HIV- a review".
_WORDS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"(\w)\s?(\+{2,3})", lambda found: f"{found[1]} plus{len(found[2])} "),
    (r"\b([A-Z])#", r"\1 sharp1 "),
    (r"(\w)(?:\+|\(\+\))(?![\w+]|-\w)", r"\1 plus "),
    (r"([A-Z0-9])(?:-|\(-\))(?=[/)]|\s(?!(?:an?|and|or|the|to|vs|versus)\b)[a-z])", r"\1 minus "),
    (r"(?<![\w)\]])-(?=\d[\d.]*\s?°)", "minus"),
    (r"[<≤]=?\s?(?=\d)", " under "),
    (r"[>≥]=?\s?(?=\d)", " over "),
)
_SIGNS = [(re.compile(sign), words) for sign, words in _WORDS]


def with_signs_as_words(titles: pl.Series) -> pl.Series:
    """Titles as people read them, with words in place of the signs that distinguish papers."""
    odd = titles.str.contains(_HAS_SIGN).fill_null(value=False)
    if not odd.any():
        return titles
    return titles.scatter(odd.arg_true(), pl.Series(map(_spoken, titles.filter(odd)), dtype=pl.String))


def _spoken(title: str) -> str:
    for sign, words in _SIGNS:
        title = sign.sub(words, title)
    return title
