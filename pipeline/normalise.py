"""Text as people read it (`clean_text`) and as the matcher compares it (`match_text`); the raw text stays beside.

Raise `settings.NORMALISER_VERSION` with any change that turns some text into another text than before.
"""

import logging
import re
import unicodedata
from functools import cache
from typing import Any

import ftfy
import polars as pl

from pipeline.ids import content_id

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_QUOTES = {**dict.fromkeys(map(ord, "‘’‚‛′´`"), "'"), **dict.fromkeys(map(ord, "“”„‟″«»"), '"')}
#: Soft hyphens, joiners, marks of direction and byte order: they show nothing and split equal words.
_INVISIBLE = dict.fromkeys(
    (0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
_PUNCTUATION = {**_DASHES, **_QUOTES, **_INVISIBLE}

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_COMMAND = re.compile(r"\\[a-zA-Z%&$#_{}\"'`^~]")
#: Mathematics: between two dollars, neither of them beside a space inside, and not two prices in a sentence.
_MATHS = re.compile(r"(?<!\\)\$(?![\s$])(?!\d[\d.,]*[kKmMbB]?\s+[a-zA-Z]{2})([^$]{1,300}?)(?<![\s\\])\$(?!\d)")
_BARE_DOLLAR = re.compile(r"(?<!\\)\$")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_BOUNDARY = re.compile(r"\\.|[{}$]|\s+", re.DOTALL)
_MARKUP = re.compile(r"[\\{}$~]")
#: Braces that the decoder is given; its recursion is Python's, so more of them are no text of a paper.
_MAX_BRACES = 200


def clean_text(raw: str) -> str:
    r"""Mojibake repaired, LaTeX as text, NFKC, one kind of dash and quote, single spaces.

    >>> clean_text("The  “ﬁrst” $\\alpha$–divergence")
    'The "first" α-divergence'
    """
    text = raw
    if not text.isascii():
        text = ftfy.fix_text(text, uncurl_quotes=False, normalization=None)
    if ("\\" in text and _COMMAND.search(text)) or ("$" in text and _MATHS.search(text)):
        text = _latex_to_text(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_PUNCTUATION)).translate(_PUNCTUATION)
    return _SPACE.sub(" ", text.replace("``", '"').replace("''", '"')).strip()


def match_text(clean: str) -> str:
    """Words in lower case without accents, joined by single spaces; empty where there is no word.

    Words are runs of letters and digits of any script; case is folded and combining marks are dropped, so
    `Schrödinger’s` and `SCHRODINGER'S` compare as equal.
    """
    if not clean.isascii():
        decomposed = unicodedata.normalize("NFKD", clean)
        clean = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_WORD.findall(clean.casefold()))


def _latex_to_text(text: str) -> str:
    """Decode the words that hold LaTeX, and leave the others alone: the decoder reads character by character.

    The text itself where the decoder fails on it, or where it is nested beyond reason.
    """
    if text.count("{") > _MAX_BRACES:
        return text
    # A lone dollar is a price and a bare per cent sign is no comment: said so, before the decoder sees them.
    parts = _MATHS.split(text)
    parts[::2] = [_BARE_DOLLAR.sub(r"\\$", part) for part in parts[::2]]
    parts[1::2] = [f"${part}$" for part in parts[1::2]]
    escaped = _BARE_PERCENT.sub(r"\\%", "".join(parts))
    try:
        return " ".join(_decode(word) if _MARKUP.search(word) else word for word in _latex_words(escaped))
    except Exception:  # the decoder raises many kinds, IndexError and RecursionError among them
        return text


def _latex_words(text: str) -> list[str]:
    """Cut at white space that is neither inside braces nor inside mathematics."""
    words, start, depth, in_maths = [], 0, 0, False
    for found in _BOUNDARY.finditer(text):
        mark = found[0]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth = max(0, depth - 1)
        elif mark == "$":
            in_maths = not in_maths
        elif mark.isspace() and depth == 0 and not in_maths:
            words.append(text[start : found.start()])
            start = found.end()
    return [*words, text[start:]]


def _decode(word: str) -> str:
    return str(_decoder().latex_to_text(word))


@cache
def _decoder() -> Any:
    # Imported here: it costs as much as polars, and most dumps have no LaTeX.
    from pylatexenc.latex2text import LatexNodes2Text

    # It logs a warning for each macro without its arguments; such a text is left as it is, which is all there is to say.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    return LatexNodes2Text(math_mode="text")


def normalise_records(records: pl.DataFrame) -> pl.DataFrame:
    """Add title, abstract (clean; null where raw is null or shows no word) and document_id to records.

    document_id is the content id of the two match texts: equal for records that say the same in other
    dashes, case or spacing.
    """
    titles = [_clean_or_none(t) for t in records["title_raw"]]
    abstracts = [_clean_or_none(a) for a in records["abstract_raw"]]
    documents = [
        content_id(match_text(title or ""), match_text(abstract or ""))
        for title, abstract in zip(titles, abstracts, strict=True)
    ]
    return records.with_columns(
        pl.Series("title", titles, dtype=pl.String),
        pl.Series("abstract", abstracts, dtype=pl.String),
        pl.Series("document_id", documents, dtype=pl.String),
    )


def _clean_or_none(raw: str | None) -> str | None:
    if raw is None:
        return None
    clean = clean_text(raw)
    return clean if _WORD.search(clean) else None


def document_texts(records: pl.DataFrame) -> pl.DataFrame:
    """Match texts of distinct documents: document_id, title_text, abstract_text (empty where there is none)."""
    documents = records.select("document_id", "title", "abstract").unique(
        "document_id", keep="first", maintain_order=True
    )
    return documents.select(
        "document_id",
        pl.Series("title_text", [match_text(t or "") for t in documents["title"]], dtype=pl.String),
        pl.Series("abstract_text", [match_text(a or "") for a in documents["abstract"]], dtype=pl.String),
    )
