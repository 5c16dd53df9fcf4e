"""Digests of "daily papers" repositories as markdown: a heading a paper, then its fields, then the abstract."""

import re
from collections.abc import Iterator
from itertools import takewhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import parse_date

_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_FIELD = re.compile(
    r"(?:[-*+]\s*)?(?:\*\*|__)?(?P<name>[A-Za-z][A-Za-z /-]{1,24}?)\s*(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:?|:)\s*(?P<value>.*)"
)
_LINK = re.compile(r"\[([^\[\]]{0,1000})\]\((https?://[^)\s]{1,1000})\)")
_NUMBER = re.compile(r"^(?:\d{1,4}[.)]|\[\d{1,4}\])\s+")
_ABSTRACT = ("abstract", "summary", "tldr", "tl;dr")


def recognises(head: Head) -> str | None:
    """Headings are followed by fields, authors among them."""
    for place, line in enumerate(head.lines):
        if _HEADING.match(line):
            after = takewhile(lambda line: not _HEADING.match(line), head.lines[place + 1 : place + 7])
            names = [_name(line) for line in after]
            if any(n in ("authors", "author") for n in names) and len([n for n in names if n]) > 1:
                return f"the heading {line.strip()[:60]!r} is followed by authors and other fields"
    return None


def _field(line: str) -> re.Match[str] | None:
    return _FIELD.fullmatch(line.strip())


def _name(line: str) -> str | None:
    found = _field(line)
    return found["name"].strip().lower() if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper a heading that fields follow; other headings and the text under them are furniture."""
    sections: list[list[tuple[int, str]]] = [[]]
    for number, line in dump.page():
        if dump.ledger.fate(number) is Fate.BLANK:
            continue
        if _HEADING.match(line):
            sections.append([])
        sections[-1].append((number, line))
    for section in sections:
        entry = _entry(section)
        if entry:
            dump.ledger.claim(entry.line_start, entry.line_end)
            yield entry
        for number, _ in section:
            dump.ledger.fill(number, number, Fate.FURNITURE)


def _entry(section: list[tuple[int, str]]) -> Entry | None:
    heading = _HEADING.match(section[0][1]) if section else None
    if not heading:
        return None
    fields: dict[str, list[str]] = {}
    last = ""
    for _, line in section[1:]:
        found = _field(line)
        name = found["name"].strip().lower() if found else ""
        # Behind the abstract's mark everything is abstract, whatever colons it has.
        if found and not (last in _ABSTRACT and not line.lstrip().startswith(("-", "*", "+"))):
            last = name
            fields[last] = [found["value"].strip()]
        elif last:
            fields[last].append(line.strip())
    value = {name: " ".join(" ".join(values).split()) for name, values in fields.items()}
    authors, abstract = (
        value.get("authors") or value.get("author"),
        next((value[a] for a in _ABSTRACT if value.get(a)), None),
    )
    if not authors and not abstract:
        return None
    said = " ".join(line for _, line in section)
    date = value.get("date") or value.get("published") or value.get("publish date")
    subjects = (value.get("subjects") or value.get("categories") or "").removeprefix("Subjects:")
    urls = [
        *(u for _, u in _LINK.findall(said)),
        *re.findall(r"(?<!\()https?://[^\s)>\]]+", " ".join(v for k, v in value.items() if k not in _ABSTRACT)),
    ]
    return Entry(
        section[0][0], section[-1][0],
        title=_NUMBER.sub("", _LINK.sub(r"\1", heading[2])).strip("* #"), abstract=abstract,
        authors=split_names(_LINK.sub(r"\1", authors)) if authors else [],
        venue=value.get("journal") or value.get("venue"),
        published_raw=date, published=parse_date(date) if date else None,
        categories=[s.strip() for s in re.split(r"[;,]", subjects) if s.strip()],
        urls=[u.rstrip(".,;*") for u in urls],
    )  # fmt: skip


FORMAT = Format("digest_markdown", "headings followed by fields such as '- **Authors:** …'", recognises, extract)
