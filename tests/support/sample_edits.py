"""Copies of a sample text, of known kinds: retyped, as LaTeX, reworded, cut short, and so on."""

import re
from collections.abc import Sequence
from math import ceil

from tests.support.sample_words import SYNONYMS, Draw


def alter(draw: Draw, kind: str, title: str, other_title: str, sentences: Sequence[str]) -> tuple[str, str]:
    """Title and abstract of a copy of the given kind; unchanged if the kind changes neither."""
    text = " ".join(sentences)
    match kind:
        case "dash_and_quote":
            return _retype(draw, title, 1), _retype(draw, text, 5)
        case "latex":
            return _latex(draw, title, 0), _latex(draw, text, 3)
        case "case_and_spacing":
            return title.upper(), _respace(draw, text)
        case "reworded":
            return title, _reword(draw, text)
        case "sentence_dropped":
            return title, _drop_sentence(draw, sentences)
        case "cut_short":
            return title, _cut_short(draw, text)
        case "retitled":
            return other_title, text
        case _:
            return title, text


_LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}


def _retype(draw: Draw, text: str, marks: int) -> str:
    # Other dashes, quotes and hyphens, up to `marks` ligatures and `marks` no-break spaces.
    if "“" in text or "—" in text:
        text = re.sub("[“”]", '"', text).replace("—", draw.pick([" - ", " -- ", "–"]))
    else:
        text = re.sub('"([^"]*)"', "“\\1”", text).replace(" -- ", "—")
    words = text.replace("'", "’").split(" ")
    ligatures = 0
    for place in draw.some(range(len(words)), len(words)):
        if "http" in words[place]:
            continue
        if draw.chance(0.7):
            words[place] = re.sub(r"(?<=\w)-(?=\w)", draw.pick("\u2010\u2011"), words[place])
        found = re.search("ffi|ffl|fi|fl|ff", words[place])
        if found and ligatures < marks:
            words[place] = words[place].replace(found[0], _LIGATURES[found[0]])
            ligatures += 1
    return _join(words, dict.fromkeys(draw.some(range(1, len(words)), marks), "\u00a0"))


def _join(words: Sequence[str], gaps: dict[int, str]) -> str:
    # Single spaces, except before a word whose place is in `gaps`: there the given gap.
    return words[0] + "".join(gaps.get(place, " ") + words[place] for place in range(1, len(words)))


_GREEK = re.compile(r"\b(alpha|delta|epsilon|gamma|kappa|lambda|mu|sigma|theta)\b")
# fmt: off
_TEX = {
    "%": r"\%", "β": r"$\beta$", "±": r"$\pm$", "“": "``", "”": "''", "—": "---", "–": "--", "á": r"\'a", "â": r"\^a",
    "é": r"\'e", "ë": r"\"e", "ï": r"\"{\i}", "ñ": r"\~n", "ó": r"\'o", "ö": r"\"o", "ø": r"{\o}", "ü": r"\"u",
}
# fmt: on


def _latex(draw: Draw, text: str, emphasised: int) -> str:
    # The text as LaTeX source, with `emphasised` words set in italics.
    words = text.split(" ")
    plain = [place for place, word in enumerate(words) if re.fullmatch("[a-z]{6,}", word)]
    for place in draw.some(plain, emphasised):
        words[place] = draw.pick([r"{\em %s}", r"\textit{%s}"]) % words[place]
    text = re.sub(r"O\(([^)]+)\)", r"$O(\1)$", " ".join(words)).replace("log n)$", r"\log n)$")
    text = _GREEK.sub(r"$\\\1$", text).replace("of log n", r"of $\log n$")
    return "".join(_TEX.get(letter, letter) for letter in text)


def _respace(draw: Draw, text: str) -> str:
    words = text.split(" ")
    wide = draw.some(range(1, len(words)), draw.between(3, 8))
    return _join(words, dict.fromkeys(wide, "  ")) + " " * draw.between(1, 3)


def _reword(draw: Draw, text: str) -> str:
    # About 4 to 7 % of the words, each replaced by a synonym.
    words = text.split(" ")
    parts = [re.fullmatch(r"([A-Za-z]+)([.,;:]?)", word) for word in words]
    known = [(place, part) for place, part in enumerate(parts) if part and part[1].lower() in SYNONYMS]
    for place, part in draw.some(known, round(len(words) * (0.04 + 0.03 * draw.unit()))):
        new = SYNONYMS[part[1].lower()]
        words[place] = (new.capitalize() if part[1][0].isupper() else new) + part[2]
        if place and words[place - 1] in ("a", "an"):
            words[place - 1] = "an" if new[0] in "aeiou" else "a"
    return " ".join(words)


def _drop_sentence(draw: Draw, sentences: Sequence[str]) -> str:
    lengths = [len(sentence.split()) for sentence in sentences]
    short = [place for place, length in enumerate(lengths) if length <= sum(lengths) / 4]
    dropped = draw.pick(short or [lengths.index(min(lengths))])
    return " ".join(sentence for place, sentence in enumerate(sentences) if place != dropped)


def _cut_short(draw: Draw, text: str) -> str:
    words = text.split(" ")
    kept = " ".join(words[: ceil(len(words) * (0.35 + 0.43 * draw.unit()))])
    ending = draw.pick(["...", "…", ""])
    return kept.rstrip(",;:.") + ending if ending else kept
