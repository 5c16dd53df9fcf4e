"""Text as people read it (`clean_text`) and as it is compared (`match_text`).

Raise `records` in `settings.VERSIONS` with any change that changes the result for some text.
"""

import logging
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache, partial

from papersieve.pipeline.extract.shared.latex_commands import readable
from papersieve.pipeline.extract.shared.markup import without_tags
from papersieve.pipeline.extract.shared.titles import undecorated

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_QUOTES = {**dict.fromkeys(map(ord, "‘’‚‛′´`"), "'"), **dict.fromkeys(map(ord, "“”„‟″«»"), '"')}
#: Soft hyphens, joiners, marks of direction and byte order: invisible, but they make equal words differ.
_INVISIBLE = dict.fromkeys(
    (0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
_PUNCTUATION = {chr(point): kept or "" for point, kept in {**_DASHES, **_QUOTES, **_INVISIBLE}.items()}
_ODD = re.compile(f"[{re.escape(''.join(_PUNCTUATION))}]")

#: A quote that ftfy would take for a part of the damaged letter after it.
_QUOTE_BEFORE_MOJIBAKE = re.compile("(?<![^\\x00-\\x7f])[«»´](?=[ÂÃ])")

_WORD = re.compile(r"[^\W_]+")
#: Runs of characters that no step of ftfy changes: ASCII without control characters and `&`, which begins entities.
_ASCII = re.compile("[\t\n\f -%'-~]+")
_GAP = re.compile(r"[\W_]+")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
#: Characters of scripts without spaces between words: Thai, Lao, Burmese, Khmer, CJK marks, kana, bopomofo, Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3031-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_COMMAND = re.compile(r"\\[a-zA-Z%&$#_{}\"'`^~(]")
#: Mathematics: between two dollar signs without a space just inside either, unless they are two prices in a sentence.
_MATHS = re.compile(r"(?<!\\)\$(?![\s$])(?!\d[\d.,]*[kKmMbB]?\s+[a-zA-Z]{2})([^$]{1,300}?)(?<![\s\\])\$(?!\d)")
#: Underscores of subscripts that are joined to what they belong to, as with `<sub>`: those of words before the
#: mathematics (CO$_2$, La$_{1-x}$), and numbers (x_1, PM_{2.5}). `n_{max}` keeps its underscore.
_SUBSCRIPT = re.compile(r"^\s*_|(?<!\\)_(?=\s*(?:\d|\{\s*\d[\d.]*\s*\}))")
_DEGREE = re.compile(r"\^\s*(?:\\circ(?![a-zA-Z])|\{\s*\\circ\s*\})\s*")
#: An entity that is left after one unescaping if the text was escaped twice: R&amp;amp;D.
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,7}|#x[0-9a-fA-F]{2,6});")
_BARE_DOLLAR = re.compile(r"(?<!\\)\$")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_BOUNDARY = re.compile(r"\\.|[{}$]|\s+", re.DOTALL)
_MARKUP = re.compile(r"[\\{}$~]")
#: Braces of BibTeX around a capitalised word or a sign, as they remain in tables made from it: {DNA}, {[}2], {"}.
_GUARDED = re.compile(r"(?<![\^_])\{+([A-Z][\w-]*|[^\w\s{}\\]|[^\W\d_a-zA-Z])\}+")
#: Characters of the longest text that is cleaned.
_MAX_CLEANED_CHARS = 200_000

#: Signs that a cleaned text may need more cleaning, and the largest number of further passes.
_UNSETTLED, _MOST_PASSES = "&<\\${", 8

#: Characters of the longest word whose decoding is remembered.
_SHORT_CHARS = 100

#: Most opening braces that the decoder is given, as it recurses in Python. No real title or abstract has more.
_MAX_BRACES = 200


def clean_text(raw: str) -> str:
    r"""Entities, tags and mojibake repaired, LaTeX as text, NFKC, one kind of dash and quote, single spaces.

    >>> clean_text("The  “ﬁrst” $\\alpha$–divergence")
    'The "first" α-divergence'
    >>> clean_text("Bells &amp; bees: <i>Apis</i> in CO<sub>2</sub> and CO$_2$ (p &lt; 0.05)")
    'Bells & bees: Apis in CO2 and CO2 (p < 0.05)'

    A cleaned text does not change when it is exported and read again: damaged TeX is cleaned until it is stable.
    """
    text = _cleaned_once(raw)
    for _ in range(_MOST_PASSES):
        if not any(map(text.__contains__, _UNSETTLED)) or (again := _cleaned_once(text)) == text:
            break
        text = again
    return text


def _cleaned_once(raw: str) -> str:
    text = repair(_unescaped(raw) if "&" in raw else raw)
    text = without_tags(text)
    if ("\\" in text and _COMMAND.search(text)) or ("$" in text and _MATHS.search(text)):
        text = _latex_to_text(text)
    if not text.isascii():
        text = _plain(text)
        if (normal := unicodedata.normalize("NFKC", text)) != text:
            text = _plain(normal)
    text = _GUARDED.sub(r"\1", text) if "{" in text and "\\" not in text else text
    return _spaced(text.replace("``", '"').replace("''", '"'))


def _unescaped(text: str) -> str:
    """The text without entities; some exports escape them twice, or for LaTeX."""
    from ftfy.fixes import unescape_html

    text = unescape_html(re.sub(r"\\(?=&#?\w{2,8};)", "", text))
    return unescape_html(text) if _ENTITY.search(text) else text


def clean_title(raw: str) -> str:
    """`clean_text` of a title, without what feeds and catalogues add around it; never left without a word."""
    return undecorated(clean_text(raw))


@cache
def _broken() -> re.Pattern[str]:
    """Matches what remains, once `_ASCII` runs are removed, in a text that ftfy may change.

    ftfy's mojibake is two adjacent non-ASCII characters or one of these few; its other steps replace single ones.
    """
    from ftfy.chardata import CONTROL_CHARS, LIGATURES, WIDTH_MAP  # takes 50 ms to load; most texts are ASCII

    certain = re.escape("".join(map(chr, {**LIGATURES, **WIDTH_MAP, **CONTROL_CHARS})))
    return re.compile(f"[^ ]{{2}}|[&\r\x80-\x9fÂÃŒœ\u2028\u2029\ud800-\udfff{certain}]")


def repair(text: str) -> str:
    """Repair mojibake, entities and control characters by ftfy; an ASCII text is returned unchanged.

    ftfy takes a millisecond per abstract, mostly to find nothing, so it only gets texts that it may change.
    """
    if text.isascii() or not _broken().search(_ASCII.sub(" ", text)):
        return text
    import ftfy

    text = _QUOTE_BEFORE_MOJIBAKE.sub(lambda found: _PUNCTUATION[found[0]], text)
    return ftfy.fix_text(text, uncurl_quotes=False, normalization=None)


def _spaced(text: str) -> str:
    r"""The text with single spaces. `str.split` splits like `\s+`, in a quarter of the time.

    The only printable space is the usual one, so most texts are returned after a quick check.
    """
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(text.split())


def _plain(text: str) -> str:
    """One kind of dash and quote, nothing invisible. `str.translate` is 14 times slower: it looks up each character."""
    return _ODD.sub(lambda found: _PUNCTUATION[found[0]], text)


def match_text(clean: str) -> str:
    """Words in lower case without accents, joined by single spaces; empty if there is no word.

    Words are runs of letters and digits. Case is folded and combining marks are dropped, so `Schrödinger’s` and
    `SCHRODINGER'S` are equal. In scripts without spaces between words (Han, kana, Thai, Lao, Burmese, Khmer) each
    character is a word, so that such texts have n-grams too.
    """
    return fold(clean).strip()


def fold(clean: str) -> str:
    """`match_text`, but with a space at an end where the text has no character of a word.

    Each character is folded by itself, so the fold of a text is the joined folds of its parts.
    """
    if not clean.isascii():
        decomposed = unicodedata.normalize("NFKD", clean)
        clean = _NOT_ASCII.sub(lambda found: "" if unicodedata.combining(found[0]) else found[0], decomposed)
        return _GAP.sub(" ", _UNSPACED.sub(r" \g<0> ", clean.casefold()))
    return _GAP.sub(" ", clean.casefold())


def _latex_to_text(text: str) -> str:
    """Decode only the words that contain LaTeX, because the decoder reads character by character.

    A word that the decoder fails on stays as it is, and so does a text with too many braces.
    """
    if text.count("{") > _MAX_BRACES:
        return text
    text = readable(text)
    # A lone dollar sign is a price and a bare per cent sign is no comment: both are escaped for the decoder.
    parts = _MATHS.split(text)
    parts[::2] = [_BARE_DOLLAR.sub(r"\\$", part) for part in parts[::2]]
    parts[1::2] = [f"${_SUBSCRIPT.sub('', _DEGREE.sub('°', part))}$" for part in parts[1::2]]
    escaped = _BARE_PERCENT.sub(r"\\%", "".join(parts))
    # A decoder remembers declared titles, authors and dates, and shows them at \maketitle: such a text gets its own.
    decode = _decoder() if "\\maketitle" in escaped else _decode
    shown = " ".join(_shown(word, decode) if _MARKUP.search(word) else word for word in _latex_words(escaped))
    # After a stray dollar sign all later ones pair up wrongly, so pairs of them may be left around mathematics.
    return _MATHS.sub(r"\1", shown)


def _shown(word: str, decode: Callable[[str], str]) -> str:
    """A word as LaTeX shows it; unchanged if the decoder fails, or leaves a placeholder for a missing argument."""
    shown = "%s"
    with suppress(Exception):  # the decoder raises many kinds, IndexError and RecursionError among them
        shown = decode(word)
    return shown if shown.count("%s") <= word.count("%s") else word.replace("\\$", "$").replace("\\%", "%")


def _latex_words(text: str) -> list[str]:
    """Split at white space that is inside neither braces nor mathematics."""
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
    """Decode a short word and remember it: in arXiv abstracts two of three repeat, and decoding one takes 0.2 ms."""
    return _shared_decoder()(word)


def _decoder() -> Callable[[str], str]:
    # Imported here, because it takes as long to load as polars, and most dumps have no LaTeX.
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import get_default_latex_context_db

    # It logs a warning for each macro without its arguments. Such a word stays as it is, so the warning is no help.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    # Without a given context it rebuilds the table of macros for each word, which takes a third of the time.
    return partial(LatexNodes2Text(math_mode="text").latex_to_text, latex_context=get_default_latex_context_db())


#: The decoder that most texts share.
_shared_decoder = cache(_decoder)


def clean_or_none(raw: str | None, cleaned: Callable[[str], str] = clean_text) -> str | None:
    """`clean_text`, or another cleaning; None for None, and for a text without a word."""
    if raw is None:
        return None
    # Decoding takes seconds per megabyte, and the contract rejects a text of this length anyway.
    clean = cleaned(raw) if len(raw) <= _MAX_CLEANED_CHARS else _spaced(raw)
    return clean if _WORD.search(clean) else None
