"""Text as people read it (`clean_text`) and as the matcher compares it (`match_text`); the raw text stays beside.

Raise `records` of `settings.VERSIONS` with any change that turns some text into another text than before.
"""

import logging
import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache, partial

import ftfy
import polars as pl
from ftfy.chardata import CONTROL_CHARS, LIGATURES, WIDTH_MAP

from checks.schemas import CONTRACTS
from checks.split import empty, split
from pipeline.extract.identifiers import ARXIV_DOI
from pipeline.ids import content_id

#: Texts from which the compiled kernels pay, the second or so that loading them takes included: docs/decisions/005.
MANY_TEXTS = 5_000

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_QUOTES = {**dict.fromkeys(map(ord, "‘’‚‛′´`"), "'"), **dict.fromkeys(map(ord, "“”„‟″«»"), '"')}
#: Soft hyphens, joiners, marks of direction and byte order: they show nothing and split equal words.
_INVISIBLE = dict.fromkeys(
    (0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
_PUNCTUATION = {chr(point): kept or "" for point, kept in {**_DASHES, **_QUOTES, **_INVISIBLE}.items()}
_ODD = re.compile(f"[{re.escape(''.join(_PUNCTUATION))}]")

_WORD = re.compile(r"[^\W_]+")
#: Runs of characters that no step of ftfy touches: ASCII without control characters, and without `&`, which begins an entity.
_ASCII = re.compile("[\t\n\f -%'-~]+")
#: What is left where ftfy may change a text. Its mojibake is two characters beyond ASCII side by side, or one of these
#: few; the other steps each replace certain characters.
_BROKEN = re.compile(
    "[^ ]{2}|[&\r\x80-\x9fÂÃŒœ\u2028\u2029\ud800-\udfff"
    f"{re.escape(''.join(map(chr, {**LIGATURES, **WIDTH_MAP, **CONTROL_CHARS})))}]"
)
_GAP = re.compile(r"[\W_]+")
#: Characters of scripts without spaces between words: Thai, Lao, Burmese, Khmer, CJK marks, kana, bopomofo, Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3031-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_COMMAND = re.compile(r"\\[a-zA-Z%&$#_{}\"'`^~]")
#: Mathematics: between two dollars, neither of them beside a space inside, and not two prices in a sentence.
_MATHS = re.compile(r"(?<!\\)\$(?![\s$])(?!\d[\d.,]*[kKmMbB]?\s+[a-zA-Z]{2})([^$]{1,300}?)(?<![\s\\])\$(?!\d)")
_BARE_DOLLAR = re.compile(r"(?<!\\)\$")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_BOUNDARY = re.compile(r"\\.|[{}$]|\s+", re.DOTALL)
_MARKUP = re.compile(r"[\\{}$~]")
#: Characters of the longest text that is cleaned; none longer was ever read before, so none changes.
_MAX_CLEANED_CHARS = 200_000

#: What is content of a document beside its texts: doi (null where it is arXiv's own and the arXiv id is known),
#: arxiv_id; year and authors_text (a match text) of documents without an abstract alone.
CITED = {"doi": pl.String, "arxiv_id": pl.String, "year": pl.Int64, "authors_text": pl.String}

#: Characters of the longest word whose decoding is remembered.
_SHORT_CHARS = 100

#: Braces that the decoder is given; its recursion is Python's, so more of them are no text of a paper.
_MAX_BRACES = 200


def clean_text(raw: str) -> str:
    r"""Mojibake repaired, LaTeX as text, NFKC, one kind of dash and quote, single spaces.

    >>> clean_text("The  “ﬁrst” $\\alpha$–divergence")
    'The "first" α-divergence'
    """
    text = repair(raw)
    if ("\\" in text and _COMMAND.search(text)) or ("$" in text and _MATHS.search(text)):
        text = _latex_to_text(text)
    if not text.isascii():
        text = _plain(unicodedata.normalize("NFKC", _plain(text)))
    return _spaced(text.replace("``", '"').replace("''", '"'))


def repair(text: str) -> str:
    """The text as ftfy repairs it: mojibake, entities, control characters; one that is ASCII as it is.

    ftfy takes a millisecond for an abstract, most of it to find nothing: only what it may change is given to it.
    """
    if text.isascii() or not _BROKEN.search(_ASCII.sub(" ", text)):
        return text
    return ftfy.fix_text(text, uncurl_quotes=False, normalization=None)


def _spaced(text: str) -> str:
    r"""Single spaces; `str.split` cuts where `\s+` does, in a quarter of the time."""
    return " ".join(text.split())


def _plain(text: str) -> str:
    """One kind of dash and quote, nothing invisible; `str.translate` takes fourteen times as long: it looks up each character."""
    return _ODD.sub(lambda found: _PUNCTUATION[found[0]], text)


def match_text(clean: str) -> str:
    """Words in lower case without accents, joined by single spaces; empty where there is no word.

    Words are runs of letters and digits; case is folded and combining marks are dropped, so `Schrödinger’s`
    and `SCHRODINGER'S` compare as equal. In scripts that put no spaces between words (Han, kana, Thai, Lao,
    Burmese, Khmer) each character is a word, so that such a text has n-grams at all.
    """
    return fold(clean).strip()


def fold(clean: str) -> str:
    """`match_text` with a space where the text begins or ends with none of a word's characters.

    Each character is folded by itself, so that the fold of a text is the fold of its parts, joined.
    """
    if not clean.isascii():
        decomposed = unicodedata.normalize("NFKD", clean)
        clean = "".join(c for c in decomposed if not unicodedata.combining(c))
        return _GAP.sub(" ", _UNSPACED.sub(r" \g<0> ", clean.casefold()))
    return _GAP.sub(" ", clean.casefold())


def by_kernels(count: int) -> bool:
    """Whether the compiled kernels are to read that many texts: once loaded, they pay for any."""
    return count >= MANY_TEXTS or "pipeline.shingling.columns" in sys.modules


def match_texts(clean: pl.Series) -> pl.Series:
    """`match_text` of every text of a column, null as the empty one."""
    if not by_kernels(clean.len()):
        return pl.Series(clean.name, [match_text(t or "") for t in clean], dtype=pl.String)
    from pipeline.shingling.columns import fold_texts

    return fold_texts(clean)


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
    # The decoder keeps the title, author and date that a word declares, and sets them where another one says so.
    decode = _decoder() if "\\maketitle" in escaped else _decode
    try:
        return " ".join(decode(word) if _MARKUP.search(word) else word for word in _latex_words(escaped))
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
    return _decode_short(word) if len(word) <= _SHORT_CHARS else _shared_decoder()(word)


@lru_cache(maxsize=1 << 14)
def _decode_short(word: str) -> str:
    """Decode a word that is likely to come again: two of three do, in abstracts of arXiv, and one takes .2 ms."""
    return _shared_decoder()(word)


@cache
def _shared_decoder() -> Callable[[str], str]:
    return _decoder()


def _decoder() -> Callable[[str], str]:
    # Imported here: it costs as much as polars, and most dumps have no LaTeX.
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import get_default_latex_context_db

    # It logs a warning for each macro without its arguments; such a text is left as it is, which is all there is to say.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    # Left to itself, it makes the table of macros anew for each word, a third of the time.
    return partial(LatexNodes2Text(math_mode="text").latex_to_text, latex_context=get_default_latex_context_db())


def normalise_records(records: pl.DataFrame) -> pl.DataFrame:
    """Add title, abstract (clean; null where raw is null or shows no word) and document_id to records.

    document_id is the content id of the two match texts and of the identifiers, where there are any: equal for
    records that say the same in other dashes, case or spacing. Without an abstract a title such as "Editorial" says
    little: then authors and year are content too.
    """
    titles = [_clean_or_none(t) for t in records["title_raw"]]
    abstracts = [_clean_or_none(a) for a in records["abstract_raw"]]
    shown = pl.DataFrame({"title": titles, "abstract": abstracts}, schema={"title": pl.String, "abstract": pl.String})
    titles_text, abstracts_text = match_texts(shown["title"]), match_texts(shown["abstract"])
    documents = [
        content_id(title, abstract, *(str(v or "") for v in cited if any(cited)))
        for title, abstract, cited in zip(
            titles_text, abstracts_text, _citations(records, abstracts_text).iter_rows(), strict=True
        )
    ]
    return records.with_columns(*shown, pl.Series("document_id", documents, dtype=pl.String))


def split_records(*extracted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Normalise records as extracted and split them by their contract into good ones and quarantined ones."""
    contract = CONTRACTS["records"]
    raw = pl.concat([empty(contract).drop("title", "abstract", "document_id"), *extracted], how="diagonal")
    return split(normalise_records(raw), contract)


def _citations(records: pl.DataFrame, abstracts_text: pl.Series) -> pl.DataFrame:
    """What is content beside the texts, by the columns of `CITED`; records may lack any column."""
    blank = pl.DataFrame(
        schema={"doi": pl.String, "arxiv_id": pl.String, "year": pl.Int64, "authors": pl.List(pl.String)}
    )
    known = pl.concat([blank, records.select(c for c in blank.columns if c in records.columns)], how="diagonal_relaxed")
    if known.is_empty():
        known = blank.clear(records.height)
    is_alone = pl.lit(abstracts_text == "")
    authors = known.select(pl.when(is_alone).then(pl.col("authors").list.join(" ", ignore_nulls=True)))["authors"]
    # arXiv's own DOI says what the arXiv id does, and most listings show one of the two.
    is_told_twice = pl.col("doi").str.starts_with(ARXIV_DOI) & pl.col("arxiv_id").is_not_null()
    return known.select(
        pl.when(is_told_twice.not_()).then("doi"),
        "arxiv_id",
        pl.when(is_alone).then("year"),
        authors_text=pl.when(authors.is_not_null()).then(match_texts(authors)),
    )


def _clean_or_none(raw: str | None) -> str | None:
    if raw is None:
        return None
    # Decoding takes seconds a megabyte; such a text is no title and no abstract, and its contract says so.
    clean = clean_text(raw) if len(raw) <= _MAX_CLEANED_CHARS else _spaced(raw)
    return clean if _WORD.search(clean) else None


def document_contents(records: pl.DataFrame) -> pl.DataFrame:
    """What distinct documents say: document_id, title_text, abstract_text (match texts, empty where there is none), `CITED`."""
    documents = records.unique("document_id", keep="first", maintain_order=True)
    abstracts = match_texts(documents["abstract"])
    return documents.select(
        "document_id", match_texts(documents["title"]).alias("title_text"), abstracts.alias("abstract_text")
    ).hstack(_citations(documents, abstracts))
