r"""Lists of references in LaTeX: `\bibitem` as BibTeX or people write it, Biber's `\entry`, or `\item` of a CV."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats.bibtex import KIND, bibtex_entry
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.cited_marks import YEAR
from papersieve.pipeline.extract.shared.cited_reference import cited, cited_of, made
from papersieve.pipeline.extract.shared.page_lines import Lines, read_groups
from papersieve.pipeline.text import clean_text

_START = re.compile(r"\s*\\bibitem(?![a-zA-Z])")
_END = re.compile(r"\s*\\end\s*\{thebibliography\}")
#: An item of any list in LaTeX, as CVs have it, and what ends one.
_ITEM = re.compile(r"\s*\\item(?![a-zA-Z])(?:\s*\[[^\[\]]*\])?")
_OF_LIST = re.compile(r"\s*\\(?:item(?![a-zA-Z])|(?:end|begin)\s*\{|(?:sub)*section)")
_PIECES = re.compile(r"(?=\\bibitem(?![a-zA-Z])|\\end\s*\{thebibliography\})")
#: The label and the key of an item; the label may hold braces.
_KEY = re.compile(r"\s*(?:\[(?:[^\[\]{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\])?\s*%?\s*\{[^{}]*\}")
#: Commands without a part.
_ALONE = re.compile(r"\\(?:penalty\d+|BibitemOpen|BibitemShut\s*\{[^{}]*\}|ifx.*|/|,)")
_TIE, _COMMENT = re.compile(r"(?<!\\)~"), re.compile(r"(?<!\\)%.*$")
#: Parts with their names, as ACM, Elsevier and REVTeX have them, and what stands for a name or a title.
_BRACED = r"\{(?P<text>(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}"
_INFO = re.compile(rf"\\bibinfo\s*\{{(?P<name>\w+)\}}\s*{_BRACED}")
_ARTICLE_TITLE = re.compile(rf"\\showarticletitle\s*{_BRACED}")
_PEOPLE_OF = ("person", "author")
#: A text in italics, with its title or venue.
_ITALIC = r"(?:\\(?:emph|textit|textsl)\s*\{|\{\\(?:em|it|sl)\b)(?P<italic>(?:[^{}]|\{[^{}]*\})*)\}"
#: The label of an item in ABNT's style.
_LABEL_OF_ABNT = re.compile(r"\s*\\abntrefinfo\s*(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}\s*){3}")
#: Names with a book's title in italics behind them, as in Computer Graphics Forum.
_OF_BOOK = re.compile(rf"(?P<names>[^\\`]{{3,500}}?),\s+{_ITALIC}[.,]?\s*$", re.DOTALL)
_INITIAL_LAST = re.compile(r"\b[^\W\d_]\.$")
#: Names, a year and a title in one block, as ecologists' styles have them, and the address of a program.
_YEAR_INSIDE = re.compile(rf"(.{{3,500}}?),?\s\(({YEAR})[a-z]?\)[.:,]?\s(\S.{{7,}})")
_ON_WEB = re.compile(r"^Available (?:from|at) \S+(?: \[[^\[\]]*\])?[.,]?\s*")
_YEAR_BEHIND = re.compile(rf"[\s,.]*\(?\b({YEAR})[a-z]?\)?[\s.]*$")
#: Entries of Biber and their parts: fields, lists, verbatim texts, and people.
_ENTRY = re.compile(r"\s*\\entry\{[^{}]*\}\{(\w+)\}")
_FIELD = re.compile(r"\\field\{(\w+)\}\{(.*)\}\s*$", re.MULTILINE)
_LIST = re.compile(r"\\list\{(\w+)\}\{\d+\}\{%?\s*\{(.*)\}")
_VERBATIM = re.compile(r"\\verb\{(\w+)\}\s*\\verb (.*)")
_PEOPLE = re.compile(r"\\name\{(\w+)\}(.*?)(?=\\(?:name|list|strng|field|endentry)\b)", re.DOTALL)
_PART = re.compile(r"\b(prefix|family|given|suffix)=\{(.*?)\},?\}*%?$", re.MULTILINE)
_BLANK, _DASH = re.compile(r"\\bibnamedelim[a-z]\s?"), r"\bibrangedash "
#: Longest item that is read, in characters; fewest references that make a list of a CV.
_LONGEST, _FEWEST = 5_000, 3


def recognises(head: Head) -> str | None:
    r"""A line begins with `\bibitem` or with Biber's `\entry`."""
    found = next((line for line in head.lines if _START.match(line) or _ENTRY.match(line)), None)
    if not found and "\\item" in head.text:
        groups = list(_cited_items(list(enumerate(head.text.split("\n"), start=1))))
        found = groups[0][0][1] if len(groups) >= _FEWEST else None
    return f"it has the line {found.strip()[:60]!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per item that has a title; text around the list is furniture."""
    lines = dump.page(furnished=True)
    is_bibers = any(_ENTRY.match(text) for _, text in lines)
    is_cv = not is_bibers and not any(_START.match(text) for _, text in lines)
    groups = _entries(lines) if is_bibers else _cited_items(lines) if is_cv else _items(lines)
    yield from read_groups(dump, groups, _of_biber if is_bibers else _of_cv if is_cv else _entry)


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


def _cited_items(lines: Lines) -> Iterator[Lines]:
    """The lines of each `\\item` that is a reference; in a CV, others are about something else."""
    item: Lines = []
    for number, text in [*lines, (0, r"\end{enumerate}")]:
        said = _COMMENT.sub("", text)
        if _OF_LIST.match(said) and item:
            if _of_cv([line for _, line in item]):
                yield item
            item = []
        if said.strip() and (item or _ITEM.match(said)):
            item.append((number, said))


def _of_cv(lines: list[str]) -> Entry | None:
    said = _ITEM.sub("", " ".join(lines), count=1)
    return cited(_decoded(said), marked=True) if len(said) <= _LONGEST else None


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
    """The reference of an item: from its parts if they are marked, else parsed as a plain citation."""
    said = _START.sub("", "\n".join(lines), count=1)
    if len(said) > _LONGEST or not (key := _KEY.match(said)):
        return None
    if by_name := _of_named_parts(said[key.end() :]):
        return by_name
    plain = _LABEL_OF_ABNT.sub("", _ALONE.sub(" ", said[key.end() :]))
    if "\\newblock" not in plain:
        return cited(_decoded(plain), numbered=True)
    if not (apart := _of_blocks(plain)):
        return None
    names, title, behind, year = apart
    title = title.strip(' .,“”"')
    is_whole = bool(names and title and (behind or year))
    return cited_of(names, title, behind, year) if is_whole else None


def _of_named_parts(said: str) -> Entry | None:
    """The entry of an item whose parts have names; None if names of people or the title are not among them."""
    parts: dict[str, list[str]] = {}
    for found in _INFO.finditer(said):
        parts.setdefault(found["name"].lower(), []).append(_decoded(found["text"]))
    people = [name.rstrip(" ,") for name in next((parts[name] for name in _PEOPLE_OF if name in parts), [])]
    first = {name: texts[0].strip(" .,") for name, texts in parts.items()}
    if article := _ARTICLE_TITLE.search(said):
        first["title"] = _decoded(article["text"]).strip(" .,")
    if not people or not first.get("title"):
        return None
    venue = first.get("journal") or first.get("booktitle") or first.get("publisher")
    date = first.get("year") if re.fullmatch(YEAR, first.get("year", "")) else None
    place = {"venue": venue, "issue": first.get("number"), **{name: first.get(name) for name in ("volume", "pages")}}
    return made(_decoded(said), {**place, "title": first["title"], "authors": " and ".join(people), "date": date})


def _of_blocks(plain: str) -> tuple[str, str, str, str | None] | None:
    """Names, title, the text after it and the year, which may follow the names or be a block of its own."""
    head, *blocks = plain.split("\\newblock")
    if book := _OF_BOOK.match(head.strip()):
        head, blocks = book["names"], [book["italic"], *blocks]
    names, *parts = (_decoded(part) for part in (head, *blocks))
    if parts and (inside := _YEAR_INSIDE.fullmatch(names)):
        return inside[1], inside[3], _ON_WEB.sub("", " ".join(parts)), inside[2]
    year = _YEAR_BEHIND.search(names) or (parts and _YEAR_BEHIND.fullmatch(parts[0]))
    if year and year.string == names:
        names = names[: year.start()]
    elif year:
        parts = parts[1:]
    names = names.rstrip(" ,:")
    names = names if _INITIAL_LAST.search(names) else names.rstrip(".")
    return (names, parts[0], " ".join(parts[1:]), year[1] if year else None) if parts else None


def _decoded(part: str) -> str:
    return " ".join(clean_text(_TIE.sub(" ", part)).replace("{", "").replace("}", "").split())


FORMAT = Format("bibitems", r"items of LaTeX such as '\bibitem{gale2020}'", recognises, extract)
