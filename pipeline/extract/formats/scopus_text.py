"""Scopus' plain text: one line each for authors, title and source, then labelled lines, usually to `SOURCE: Scopus`."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.field_parts import split_terms
from papersieve.pipeline.extract.shared.page_lines import Lines, read_groups
from papersieve.pipeline.extract.shared.source_lines import plain_source

#: Lines above the entries.
_FURNITURE = re.compile(r"(?:Scopus\s*$|EXPORT DATE:)")
_END = re.compile(r"SOURCE:\s*Scopus\s*$")
#: The labels of Scopus; an abstract may have lines that begin with others, such as "METHODS:".
_LABEL = re.compile(
    r"(AUTHOR FULL NAMES|AUTHOR\(S\) ID|DOI|ABSTRACT|AFFILIATIONS|AUTHORS WITH AFFILIATIONS|AUTHOR KEYWORDS|INDEX KEYWORDS"
    r"|MOLECULAR SEQUENCE NUMBERS|CHEMICALS/CAS|TRADENAMES|MANUFACTURERS|FUNDING DETAILS|FUNDING TEXT(?: \d{1,3})?|REFERENCES"
    r"|CORRESPONDENCE ADDRESS|EDITORS|SPONSORS|PUBLISHER|CONFERENCE (?:NAME|DATE|LOCATION|CODE)|ISSN|ISBN|CODEN|PUBMED ID"
    r"|LANGUAGE OF ORIGINAL DOCUMENT|ABBREVIATED SOURCE TITLE|DOCUMENT TYPE|PUBLICATION STAGE|OPEN ACCESS|SOURCE):\s*(.*)$"
)
#: Scopus' numbers of the authors, and how the line of their names begins.
_NUMBERS = re.compile(r"[\d;\s]+")
_AUTHORS = re.compile(r"\[No author name|[^\W\d_][\w'’. -]{0,60},? (?:[^\W\d_]{1,2}\.[ -]?){1,5}(?:[,;]|$)")
#: "(2021) Journal of Towers, 44 (3), art. no. 7, pp. 112-119. Cited 3 times."
_SOURCE = re.compile(
    r"\((?P<year>\d{4})\) (?P<venue>.{2,400}?)(?:, (?P<volume>[^\s,()]{0,12}\d[^,()]{0,12}?))?(?: \((?P<issue>[^()]{1,20})\))?"
    r"(?:, art\. no\. (?P<article>[^,\s]{1,30}?))?(?:, pp?\. (?P<pages>[^,\s]{1,30}?))?\.\s*(?:Cited .*)?$"
)
#: Labels that columns hold in another form.
_TAKEN = ("AUTHOR FULL NAMES", "AUTHOR KEYWORDS", "ABSTRACT", "SOURCE")


def recognises(head: Head) -> str | None:
    """It begins with the name of the database and the date of the export, and has a source line as Scopus writes it."""
    above = [line.strip() for line in head.lines[:5]]
    is_scopus = "Scopus" in above and any(line.startswith("EXPORT DATE:") for line in above)
    found = next(filter(_SOURCE.match, map(plain_source, head.lines)), None) if is_scopus else None
    return f"it begins with 'Scopus' and has the source {found.strip()[:60]!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry down to each `SOURCE: Scopus`, to the authors of the next entry, or to the end of the file."""
    yield Listing("scopus")
    lines: Lines = []
    for number, text in dump.page(furnished=True):
        is_above = _FURNITURE.match(text) and (not lines or _END.match(lines[-1][1]))
        if text.strip() and not is_above:
            lines.append((number, plain_source(text)))
    yield from read_groups(dump, _groups(lines), _entry)


def _groups(lines: Lines) -> Iterator[Lines]:
    """The lines of each entry."""
    group, has_source = Lines(), False
    for number, text in lines:
        if _SOURCE.match(text):
            start = _start(group) if has_source else 0
            if start:
                yield group[:start]
                group = group[start:]
            has_source = True
        group.append((number, text))
        if _END.match(text):
            yield group
            group, has_source = [], False
    yield group


def _start(group: Lines) -> int:
    """Position at which the entry whose title ends the group begins, with its authors; 0 if there is no such entry."""
    at = len(group) - 2
    while at > 0 and (_NUMBERS.fullmatch(group[at][1]) or group[at][1].startswith(("AUTHOR FULL", "[No author id"))):
        at -= 1
    is_apart = at > 0 and (at < len(group) - 2 or group[at][0] > group[at - 1][0] + 1)
    return at if is_apart and _AUTHORS.match(group[at][1]) else 0


def _entry(lines: list[str]) -> Entry | None:
    at, source = next(((at, found) for at, text in enumerate(lines) if (found := _SOURCE.match(text))), (0, None))
    if source is None or not at:
        return None
    above = _labelled([line for line in lines[: at - 1] if not _NUMBERS.fullmatch(line)])
    said = _labelled(lines[at + 1 :])
    names = above.get("AUTHOR FULL NAMES") or above.get("", "")
    published = parse_date(source["year"])
    return Entry(
        title=lines[at - 1], abstract=None if said.get("ABSTRACT", "").startswith("[No abstract") else said.get("ABSTRACT"),
        authors=[] if names.startswith("[No author") else split_names(names),
        venue=source["venue"], volume=source["volume"], issue=source["issue"],
        pages=source["pages"] or source["article"],
        published_raw=source["year"], published=published,
        doi=said.get("DOI"), pmid=said.get("PUBMED ID"), serials=[said[name] for name in ("ISSN", "ISBN") if name in said],
        types=[said.get("DOCUMENT TYPE", "")], language=said.get("LANGUAGE OF ORIGINAL DOCUMENT"),
        categories=split_terms(said["AUTHOR KEYWORDS"]) if said.get("AUTHOR KEYWORDS") else [],
        said={name: text for name, text in (above | said).items() if name}, taken=_TAKEN,
        urls=lines[at + 1 : at + 3],
    )  # fmt: skip


def _labelled(lines: list[str]) -> dict[str, str]:
    """The texts by label, each with the lines that continue it; lines before any label, the authors, have label ''."""
    said, label = dict[str, list[str]](), ""
    for text in lines:
        found = _LABEL.match(text)
        label = found[1] if found else label
        said.setdefault(label, []).append(found[2] if found else text)
    return {name: " ".join(texts) for name, texts in said.items()}


FORMAT = Format(
    "scopus_text", "'Scopus' and 'EXPORT DATE: …' above entries that end with 'SOURCE: Scopus'", recognises, extract
)
