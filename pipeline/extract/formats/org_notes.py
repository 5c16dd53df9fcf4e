"""Notes of Emacs' Org mode: one heading per paper, its fields in a drawer of properties, as org-bibtex writes them."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.mappings import Mappings
from papersieve.pipeline.extract.shared.page_lines import Lines

_HEADING = re.compile(r"\*{1,12}\s+(?P<text>\S.*)")
_PROPERTY = re.compile(r"\s*:(?P<name>[A-Za-z][\w+-]{0,40}):\s+(?P<value>\S.*)")
#: What may surround a title: a state of work and its priority, tags, a link.
_STATE = re.compile(r"(?:(?:TODO|DONE|NEXT|WAITING|READ|READING|CANCELLED|HOLD|SOMEDAY)\s+)?(?:\[#[A-Z0-9]\]\s+)?")
_TAGS, _LINK = re.compile(r"\s+:[\w@#%:]+:\s*$"), re.compile(r"\[\[([^\[\]]*)\](?:\[([^\[\]]*)\])?\]")
#: Columns of which a paper's drawer has at least one besides the authors.
_TELLING = ("venue", "published", "doi", "arxiv", "volume", "urls")


def recognises(head: Head) -> str | None:
    """A heading has a drawer of properties with authors and another field of a paper."""
    lines = list(enumerate(head.lines, start=1))
    found = next((fields for section in _sections(lines) if (fields := _fields(section))), None)
    return f"the heading {found['title'][:60]!r} has the properties {', '.join(list(found)[:12])}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper per heading with such a drawer; other lines are furniture."""
    rows = Mappings(dump)
    for section in _sections(dump.page(furnished=True)):
        fields = _fields(section)
        if fields and (entry := rows.entry(fields)):
            said = [number for number, text in section if text.strip()]
            entry.line_start, entry.line_end = said[0], said[-1]
            yield entry


def _sections(lines: Lines) -> Iterator[Lines]:
    """The lines above the first heading, and those of each heading."""
    part: Lines = []
    for number, text in lines:
        if _HEADING.match(text) and part:
            yield part
            part = []
        part.append((number, text))
    yield part


def _fields(section: Lines) -> dict[str, str]:
    """The fields of a heading's paper; empty if the heading is not a paper's."""
    heading = _HEADING.match(section[0][1]) if section else None
    if not heading:
        return {}
    said = [found for _, text in section[1:] if (found := _PROPERTY.match(text))]
    fields = {found["name"].lower(): _plain(found["value"]) for found in said}
    known = guess_columns(list(fields))
    if "authors" not in known or not any(map(known.get, _TELLING)):
        return {}
    title = _plain(_TAGS.sub("", _STATE.sub("", heading["text"], count=1)))
    return {"title": title, **fields}


def _plain(text: str) -> str:
    return _LINK.sub(lambda found: found[2] or found[1], text).replace("{", "").replace("}", "").strip()


FORMAT = Format("org_notes", "headings of Org mode with authors in a drawer of properties", recognises, extract)
