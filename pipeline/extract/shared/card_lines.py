"""Kinds of lines on a page that was copied as text: names, identifiers, dates, types of papers, texts."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import MONTH, WHEN, are_names, are_names_of_ama
from papersieve.pipeline.extract.shared.identifiers import find_doi, find_labelled_pmid, is_arxiv_text
from papersieve.pipeline.extract.shared.institutes import without_institutes
from papersieve.pipeline.extract.shared.list_links import LABEL, LINK, addresses
from papersieve.pipeline.extract.shared.page_lines import Lines, with_single_blanks
from papersieve.pipeline.extract.shared.publication_types import publication_type

#: A date behind labels, such as "Posted: 3 May 2020".
_DATED = re.compile(
    rf"(?:(?:[A-Z][\w ]{{1,24}}:|[Pp]osted|[Pp]ublished|[Ss]ubmitted|[Uu]pdated|Year|Date|on|on:) ?){{0,2}}({WHEN.pattern})"
)
#: Marks of headings and emphasis in Markdown.
_EMPHASIS = re.compile(r"^#{1,6}\s+|\*{2,3}|(?<!\w)[*_](?=\w)|(?<=[\w.!?])[*_](?!\w)")
#: Separators of the parts of a line, such as "2026 | Journal article".
PARTS = re.compile(r"\s+[|·•∙]\s+|(?<!\d)\s+[–—-]\s+|\s+[–—-]\s+(?!\d)|\s*[|•·]\s*")
#: What differs between lines that are alike, and the label of a line.
_SHAPES = ((re.compile(rf"\b{MONTH}\b\.?"), "M"), (re.compile(r"\d+(?:[.,]\d+)*"), "0"))
LABELLED = re.compile(r"([A-Z][\w ]{1,24}):\s+(?=\S)")
#: Labels before names, signs between them that are no commas, signs of notes behind them, and what separates several.
_BEFORE_NAMES = re.compile(r"(?:Contributors?|Authors?|Creators?|Written by|By|by)\b\s*:?\s+")
_BETWEEN, _AND = re.compile(r"\s*;\s*|\s+[|·]\s+"), re.compile(r",|;| and | & | et al")
_NOTES = re.compile(r"[†‡§¶*]+|View ORCID Profile|(?<=,) \+\d+ authors,?")
#: Names that a page leaves out between others, and an initial at the end.
_LEFT_OUT, _INITIAL = re.compile(r",?\s(?:\.\.\.|…)\s"), re.compile(r"\b[^\W\d_a-z]\.$")
#: The smallest share of names that have two words; menus have lines such as "News, Events". Korean and
#: Chinese names have no blank.
_WHOLE_NAMES, _WHOLE_NAME = 0.8, re.compile("^[\u4e00-\u9fff\uac00-\ud7a3]{2,4}$|^[^\uac00-\ud7a3]+ [^\uac00-\ud7a3]+$")
#: Signs between names and a place: "Hugh Gale, Jo Holt in Journal of Towers 2020".
_BEFORE_PLACE = re.compile(r"\s+(?=\([^()]*\d{4}\)$)|;\s+|\s+(?:in|[-–—•|·])\s+|(?<!\b[A-Z])\.\s+")
#: What pages write beside the type of a paper.
_OPEN_ACCESS = re.compile(r"\W*(?:open|free|full) ?access\W*", re.IGNORECASE)
#: An arXiv id as INSPIRE and Hugging Face show it: "e-Print: 2101.00099 [hep-ph]", "Paper • 2101.00099 • Published".
_EPRINT = re.compile(r"\b\d{4}\.\d{4,5}(?:v\d{1,2})?(?= \[[a-z][\w.-]+\]| • Published\b)")
#: The most characters of a type of paper.
_TYPE_CHARS = 40
#: Lengths of lines that a mail program breaks, and the most of them.
_WIDTHS, _MOST_LINES = range(50, 101), 60
#: Fewest words of an abstract, and of one that the page cut short.
_TEXT_WORDS, _CUT_WORDS = 25, 6


class Kind(StrEnum):
    """What a line says, judged by itself."""

    NAMES = "several names"
    NAME = "a name"
    ID = "an identifier"
    DATE = "a date"
    TYPE = "a type of paper"
    TEXT = "a text"
    OTHER = "anything else"


@dataclass(frozen=True)
class Line:
    """A line of a page.

    text: what it says, without marks of Markdown; shape: the same with 0 for numbers and M for months, or only its
    label if it has one; links: the addresses in it.
    """

    number: int
    text: str
    shape: str
    kind: Kind
    links: tuple[str, ...]


def page_of(lines: Lines) -> list[Line]:
    """The lines that say something; a text that a mail program broke into lines is one, with the number of its last."""
    found, after = list[Line](), 0
    for at, (number, text) in enumerate(lines):
        if at < after or not re.search(r"\w", text):
            continue
        below = [*takewhile(str.strip, (text for _, text in lines[at + 1 : at + _MOST_LINES]))]
        below = below[: len([*takewhile(lambda text: len(text) in _WIDTHS, [text, *below])])]
        whole = " ".join([text, *below])
        if len(below) > 1 and below[0].lstrip()[0].islower() and len(whole.split()) >= _TEXT_WORDS:
            after = at + len(below) + 1
            number, text = lines[after - 1][0], whole
        found.append(line_of(number, text))
    return found


def line_of(number: int, text: str) -> Line:
    """The line with this number and text, with its kind and shape.

    >>> line_of(1, "Posted: 3 May 2020").shape, line_of(2, "Cited by 12 papers").shape, line_of(3, "3 May 2020").kind
    ('Posted:', 'Cited by 0 papers', <Kind.DATE: 'a date'>)
    """
    links = tuple(addresses(text)) if "://" in text else ()
    text = with_single_blanks(_EMPHASIS.sub("", _unlinked(text) if "](" in text else text))
    shape = f"{label[1]}:" if (label := LABELLED.match(text)) else text
    for sign, instead in _SHAPES:
        shape = sign.sub(instead, shape)
    return Line(number, text, shape, _kind(text), links)


def _unlinked(text: str) -> str:
    """The text with the texts of its links, but without those that only name a file, unless there is nothing else."""
    plain = LINK.sub(lambda link: " " if LABEL.fullmatch(link[1]) else f"{link[1]} ", text)
    return plain if re.search(r"\w", plain) else LINK.sub(r"\1 ", text)


def _kind(text: str) -> Kind:
    words = len(text.split())
    if type_in(text):
        return Kind.TYPE
    if found := names_and_place(text):
        return Kind.NAMES if found[1] or _are_several(found[0]) or _BEFORE_NAMES.match(text) else Kind.NAME
    if words >= _TEXT_WORDS or (words >= _CUT_WORDS and text.endswith(("…", "..."))):
        return Kind.TEXT
    if find_doi(text) or arxiv_in(text) or find_labelled_pmid(text):
        return Kind.ID
    return Kind.DATE if date_in(text) else Kind.OTHER


def type_in(text: str) -> str | None:
    """The type of a paper, if a text says nothing else but that the paper is open to all.

    >>> type_in("Research article Open access"), type_in("Article 12 of the law")
    ('Research article', None)
    """
    plain = _OPEN_ACCESS.sub("", text)
    is_short = len(plain) <= _TYPE_CHARS and not re.search(r"[;,|/]", plain)
    return plain if is_short and publication_type([plain]) else None


def names_and_place(text: str) -> tuple[str, str] | None:
    """The names with which a line begins, and the rest of it, which has a date if there is one name; else None.

    >>> names_and_place("Hugh Gale, Jo Holt; Proceedings of Towers, 3:1-9")
    ('Hugh Gale, Jo Holt', 'Proceedings of Towers, 3:1-9')
    >>> names_and_place("By Hugh Gale · Jo Holt"), names_and_place("Lamps in Towers")
    (('Hugh Gale; Jo Holt', ''), None)
    """
    if names := _names(text):
        return names, ""
    for sign in [*_BEFORE_PLACE.finditer(text)][::-1]:
        found, place = _names(text[: sign.start()]), text[sign.end() :]
        if found and (_are_several(found) or (sign[0][0] != "." and WHEN.search(place))):
            return found, place
    return None


def _are_several(names: str) -> bool:
    return bool(_AND.search(names)) and len(with_others(names)) > 1


def _names(text: str) -> str | None:
    """The names of which a line consists, with commas or semicolons; None if it says anything else."""
    label = _BEFORE_NAMES.match(text)
    plain = without_institutes(_NOTES.sub("", text[label.end() :] if label else text).strip(" ·;|"))
    plain = _LEFT_OUT.sub(", ", plain)
    plain = plain if _INITIAL.search(plain) and not are_names_of_ama(plain) else plain.removesuffix(".")
    plain = plain if "," in plain and ";" not in plain else _BETWEEN.sub("; ", plain)
    is_menu = sum(1 for word in plain.split() if LABEL.fullmatch(word)) > 1
    if is_menu or not are_names(plain.replace(";", ",")) or re.search(r"\d", plain):
        return None
    people = with_others(plain)
    whole = sum(bool(_WHOLE_NAME.search(name)) for name in people)
    return plain if whole >= _WHOLE_NAMES * len(people) else None


def arxiv_in(text: str) -> str | None:
    """The part of a line that has an arXiv id: labelled, or as INSPIRE and Hugging Face show it."""
    found = _EPRINT.search(text)
    return found[0] if found else text if is_arxiv_text(text) else None


def date_in(text: str) -> str | None:
    """The first part of a line that is a date with a year, maybe behind a label.

    >>> date_in("Year: 2026 | Volume: 3"), date_in("2026-11-27 | Preprint"), date_in("In 2026 it rained")
    ('2026', '2026-11-27', None)
    """
    return next((found[1] for part in PARTS.split(text) if (found := _DATED.fullmatch(part.strip()))), None)
