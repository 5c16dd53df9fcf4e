"""Wikipedia citations: templates such as `{{cite journal |title=… |doi=…}}`, in an article or alone."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.field_parts import inverted
from papersieve.pipeline.extract.shared.mappings import Mappings

#: Templates that cite publications; those of web pages, news and films are left out.
_CITED = re.compile(
    r"\{\{\s*cit(?:e (?P<kind>journal|book|conference|thesis|report|arxiv|biorxiv|medrxiv|ssrn)|ation)\s*(?=\|)"
    r"(?P<said>(?:[^{}]|\{\{[^{}]*\}\})*+)\}\}",
    re.IGNORECASE,
)
#: Where a page cites: at the start of a line, after list marks, or in a footnote. In other places, a table or a BibTeX
#: file may be quoting a template.
_CITES = re.compile(r"(?:^[ \t*#:;|]{0,20}|<ref[^<>]{0,200}>\s{0,9})\{\{\s{0,9}cit", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"\|\s*([\w-]{1,30}?)\s*=([^|]*)")
#: A template inside another one, or the mark of italics; a link, whose text follows the bar.
_ASIDE, _LINK = re.compile(r"\{\{[^{}]*\}\}|'''?"), re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]")
_PREPRINTS = ("arxiv", "biorxiv", "medrxiv", "ssrn")
_MOST_AUTHORS = 100


def recognises(head: Head) -> str | None:
    """A template cites a work with a title, in a place where pages cite."""
    if not _CITES.search(head.text):
        return None
    found = next((fields for _, _, fields in _citations(head.text) if "title" in fields), None)
    return f"it has a template that cites {found['title'][:60]!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry from each template; all other lines are furniture."""
    lines, rows = dump.page(furnished=True), Mappings(dump)
    for start, end, fields in _citations("\n".join(text for _, text in lines)):
        if entry := rows.entry(fields):
            entry.line_start, entry.line_end = lines[start][0], lines[end][0]
            yield entry


def _citations(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    """First line, last line (from 0) and fields of each template, with all authors in one field."""
    line = at = 0
    for found in _CITED.finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        said = _FIELD.findall(_LINK.sub(r"\1", _ASIDE.sub("", found["said"])))
        fields = {name.lower(): value for name, text in said if (value := " ".join(text.split()))}
        kind = (found["kind"] or "").lower()
        kinds = {"type": "preprint" if kind in _PREPRINTS else kind} if kind else {}
        yield line, line + found[0].count("\n"), kinds | _with_names(fields)


def _with_names(fields: dict[str, str]) -> dict[str, str]:
    """The fields, with all names in one; a chapter becomes the title, and its book the journal."""
    people = list[str]()
    for number in ("", *map(str, range(1, _MOST_AUTHORS))):
        family, given = (fields.pop(f"{part}{number}", None) for part in ("last", "first"))
        people.append(inverted(family or fields.pop(f"author{number}", None), given) or "")
    names = [*filter(None, people), *split_names(fields.pop("vauthors", ""))]
    if chapter := fields.pop("chapter", None):
        fields |= {"journal": fields.get("title", ""), "title": chapter}
    return fields | ({"authors": "; ".join(names)} if names else {})


FORMAT = Format("wikipedia", "templates such as '{{cite journal |title=…}}'", recognises, extract)
