"""Ranked search for papers by words of their titles and abstracts.

It reads the published texts themselves, so no index can be out of date, and nothing has to be installed: DuckDB 2.0 has
no full-text extension offline. A regular expression skips most texts.
"""

import re
import unicodedata
from functools import cache
from typing import Any

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.text import clean_text, match_text
from papersieve.warehouse.sql import ask_rows

#: How many characters of an abstract are shown around the first word found.
_SHOWN_CHARS = 160


def search(con: duckdb.DuckDBPyConnection, words: str, *, limit: int = 10) -> dict[str, Any]:
    """Papers that have all the words, or words that begin with them; if none has all, those with the most of them.

    words: the words as understood; all_words: whether every paper found has all. found, best first: paper_id, title,
    published_date, record_count, dump_count, words_found, score, excerpt. Words in titles count most; whole words more
    than beginnings, rare words more than common ones, and a phrase more than single words. Case and accents are
    ignored. Raises PapersieveError if there is no word.
    """
    asked = _words(words)
    if not asked:
        raise PapersieveError(f"{words!r}: expected words to search for, found none")
    found = _ask(con, asked, limit, needed=len(asked))
    has_all = bool(found)
    if not has_all and len(asked) > 1:
        found = _ask(con, asked, limit, needed=1)
    rows = [{**row, "excerpt": _excerpt(row.pop("abstract"), asked)} for row in found]
    return {"words": asked, "all_words": has_all, "found": rows}


def _words(text: str) -> list[str]:
    """Distinct folded words, in order. A run in a script without spaces stays one word, because single characters mean
    little.
    """
    runs = re.findall(r"[^\W_]+", clean_text(text))
    # Folding splits Korean syllables, but the searched texts keep them whole.
    folded = (unicodedata.normalize("NFC", match_text(run).replace(" ", "")) for run in runs)
    return list(dict.fromkeys(word for word in folded if word))


def _ask(con: duckdb.DuckDBPyConnection, words: list[str], limit: int, *, needed: int) -> list[dict[str, Any]]:
    # In scripts without spaces a word may begin anywhere.
    edges = [" " if len(match_text(word).split()) == 1 else "" for word in words]
    begins = [e + w for e, w in zip(edges, words, strict=True)]
    whole = [e + w + e for e, w in zip(edges, words, strict=True)]
    sought = [max(words, key=len)] if needed == len(words) else words
    plain = "(?i)" + "|".join(map(re.escape, sought))
    accented = "(?i)" + "|".join("".join(map(_written, word)) for word in sought)
    phrase = edges[0] + " ".join(words)
    asked = {"begins": begins, "whole": whole, "plain": plain, "accented": accented, "phrase": phrase}
    return ask_rows(con, "search_papers", **asked, needed=needed, most=limit)


@cache
def _written(letter: str) -> str:
    """A regular expression for everything that folds to this letter: the letter itself and all its forms with marks."""
    return f"[{re.escape(letter)}{_accented().get(letter, '')}]\\pM*"


@cache
def _accented() -> dict[str, str]:
    """Letters with built-in marks, of all scripts, by their plain letter in lower case."""
    found: dict[str, str] = {}
    for letter in filter(unicodedata.decomposition, map(chr, range(0xC0, 0x10000))):
        first, *marks = list(unicodedata.normalize("NFD", letter))
        plain = first.lower()
        if plain != letter.lower() and all(map(unicodedata.combining, marks)):
            found[plain] = found.get(plain, "") + letter
    return found


def _excerpt(abstract: str | None, words: list[str]) -> str:
    """The part of the abstract that begins a little before the first word found."""
    text = abstract or ""
    places = [found.start() for word in words if (found := re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE))]
    start = max(0, min(places, default=0) - _SHOWN_CHARS // 4)
    start = text.rfind(" ", 0, start) + 1
    end = start + _SHOWN_CHARS
    return ("… " if start else "") + text[start:end].rstrip() + (" …" if end < len(text) else "")
