r"""Lists of references in LaTeX: `\bibitem` as BibTeX or people write it, or Biber's `\entry`."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats.bibtex import KIND, bibtex_entry
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.cited_marks import YEAR, are_names
from papersieve.pipeline.extract.shared.cited_reference import cited, cited_of
from papersieve.pipeline.extract.shared.page_lines import Lines, read_groups
from papersieve.pipeline.text import clean_text

_START = re.compile(r"\s*\\bibitem(?![a-zA-Z])")
_END = re.compile(r"\s*\\end\s*\{thebibliography\}")
_PIECES = re.compile(r"(?=\\bibitem(?![a-zA-Z])|\\end\s*\{thebibliography\})")
#: The label and the key of an item; the label may hold braces.
_KEY = re.compile(r"\s*(?:\[(?:[^\[\]{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\])?\s*%?\s*\{[^{}]*\}")
#: Commands before a part in braces that name it or set its font, and commands without a part.
_NAMED = re.compile(r"\\(?:bibfield|bibinfo)\s*\{[^{}]*\}\s*(?=\{)")
_SET = re.compile(
    r"\\(?:showarticletitle|bibnamefont|bibfnamefont|bibcite|enquote|urlprefix|textsc|natexlab|doi|path)\s*(?=\{)"
)
_ALONE = re.compile(r"\\(?:penalty\d+|BibitemOpen|BibitemShut\s*\{[^{}]*\}|ifx.*|/|,)")
_TIE, _COMMENT = re.compile(r"(?<!\\)~"), re.compile(r"(?<!\\)%.*$")
#: Names, a title in italics, and words after it; if a number followed, the italics would be the journal.
_OF_AMS = re.compile(
    r"\s*(?P<names>[^\\{}`]{3,500}?)[,:.]\s*(?:\\(?:emph|textit)\s*\{|\{\\(?:em|it|sl)\b)(?P<title>(?:[^{}]|\{[^{}]*\})*)\}[,.]*\s+(?P<behind>[A-Z\\].*)",
    re.DOTALL,
)
_YEAR_BEHIND = re.compile(rf"[\s,.]*\(?\b({YEAR})[a-z]?\)?[\s.]*$")
#: Entries of Biber and their parts: fields, lists, verbatim texts, and people.
_ENTRY = re.compile(r"\s*\\entry\{[^{}]*\}\{(\w+)\}")
_FIELD = re.compile(r"\\field\{(\w+)\}\{(.*)\}\s*$", re.MULTILINE)
_LIST = re.compile(r"\\list\{(\w+)\}\{\d+\}\{%?\s*\{(.*)\}")
_VERBATIM = re.compile(r"\\verb\{(\w+)\}\s*\\verb (.*)")
_PEOPLE = re.compile(r"\\name\{(\w+)\}(.*?)(?=\\(?:name|list|strng|field|endentry)\b)", re.DOTALL)
_PART = re.compile(r"\b(prefix|family|given|suffix)=\{(.*?)\},?\}*%?$", re.MULTILINE)
_BLANK, _DASH = re.compile(r"\\bibnamedelim[a-z]\s?"), r"\bibrangedash "
#: Longest item that is read, in characters.
_LONGEST = 5_000


def recognises(head: Head) -> str | None:
    r"""A line begins with `\bibitem` or with Biber's `\entry`."""
    found = next((line for line in head.lines if _START.match(line) or _ENTRY.match(line)), None)
    return f"it has the line {found.strip()[:60]!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per item that has a title; text around the list is furniture."""
    lines = dump.page(furnished=True)
    is_bibers = any(_ENTRY.match(text) for _, text in lines)
    yield from read_groups(dump, _entries(lines) if is_bibers else _items(lines), _of_biber if is_bibers else _entry)


def _items(lines: Lines) -> Iterator[Lines]:
    """The lines of each item; a line with several items is divided among them."""
    item: Lines = []
    for number, text in [*lines, (0, r"\end{thebibliography}")]:
        for piece in _PIECES.split(_COMMENT.sub("", text)):
            starts = bool(_START.match(piece))
            if item and (starts or _END.match(piece)):
                yield item
                item = []
            if starts or (item and piece.strip()):
                item.append((number, piece))


def _entries(lines: Lines) -> Iterator[Lines]:
    """The lines of each Biber entry."""
    starts = [at for at, (_, text) in enumerate(lines) if _ENTRY.match(text)]
    for start, end in pairwise([*starts, len(lines)]):
        is_inside = [text.strip() != r"\endentry" for _, text in lines[start:end]]
        yield lines[start : start + 1 + sum(takewhile(bool, is_inside))]


def _of_biber(lines: list[str]) -> Entry | None:
    """The entry as BibTeX would write it: fields by name, people separated by `and`."""
    said = _BLANK.sub(" ", "\n".join(lines)).replace(_DASH, "-")
    values = dict([*_FIELD.findall(said), *_LIST.findall(said), *_VERBATIM.findall(said)])
    for role, people in _PEOPLE.findall(said):
        parts = (_PART.findall(person) for person in people.split("hash=")[1:])
        values[role] = " and ".join(", ".join(map("=".join, each)) for each in parts)
    values["date"] = "-".join(values[part].zfill(2) for part in ("year", "month", "day") if part in values)
    return bibtex_entry(values | dict(zip((KIND,), _ENTRY.findall(lines[0]), strict=False)))


def _entry(lines: list[str]) -> Entry | None:
    """The reference of an item: from its three parts if they are marked, else parsed as a plain citation."""
    said = _START.sub("", "\n".join(lines), count=1)
    if len(said) > _LONGEST or not (key := _KEY.match(said)):
        return None
    plain = _ALONE.sub(" ", _SET.sub("", _NAMED.sub("", said[key.end() :])))
    names, *parts = (_decoded(part) for part in plain.split("\\newblock"))
    if (apart := _OF_AMS.match(plain)) and are_names(names_of_ams := _decoded(apart["names"])):
        names, parts = names_of_ams, [_decoded(apart["title"]), _decoded(apart["behind"])]
    if not parts:
        return cited(names)
    year = _YEAR_BEHIND.search(names)
    names = names[: year.start()] if year else names
    title, behind = parts[0].strip(' .,“”"'), " ".join(parts[1:])
    is_whole = bool(names and title and (behind or year))
    return cited_of(names.rstrip(" .,"), title, behind, year[1] if year else None) if is_whole else None


def _decoded(part: str) -> str:
    return " ".join(clean_text(_TIE.sub(" ", part)).replace("{", "").replace("}", "").split())


FORMAT = Format("bibitems", r"items of LaTeX such as '\bibitem{gale2020}'", recognises, extract)
