"""OAI-PMH: `<record>`s of arXiv (arXiv, arXivRaw) and PubMed Central, or in MODS, MARC, DataCite and Dublin Core."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.formats.datacite_xml import datacite_entry
from papersieve.pipeline.extract.formats.jats import jats_entry
from papersieve.pipeline.extract.formats.marcxml import marc_entry
from papersieve.pipeline.extract.formats.mods import mods_entry
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_text
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.source_lines import cited_place
from papersieve.pipeline.extract.shared.xml_text import text, texts

#: A source that gives only the journal's ISSN.
_SERIAL = re.compile(r"(?:e-?)?(?:issn:?\s*)?\d{4}-?\d{3}[\dX]", re.IGNORECASE)


def _is_deleted(record: Element) -> bool:
    header = record.find("header")
    return header is not None and header.get("status") == "deleted"


def _entry(e: Element) -> Entry | None:
    kinds = ((found, make) for path, make in _KINDS.items() if (found := e.find(f"metadata/{path}")) is not None)
    known = next((make(found) for found, make in kinds), None)
    others = (_dublin_core(found) for found in e.findall("metadata/*") if found.find("title") is not None)
    return known if known and known.is_told else next(others, None)


def _arxiv(e: Element) -> Entry:
    date = text(e, "created", "version/date", "updated")
    people = [
        ", ".join(part for name in ("keyname", "forenames", "suffix") if (part := text(a, name)))
        for a in e.findall("authors/author")
    ]
    return Entry(
        title=text(e, "title"), abstract=text(e, "abstract"),
        authors=people or split_names(_without_brackets(text(e, "authors") or "")),
        venue=text(e, "journal-ref"), published_raw=date,
        types=["preprint"], doi=text(e, "doi"), arxiv=text(e, "id"), categories=(text(e, "categories") or "").split(),
    )  # fmt: skip


def _without_brackets(names: str) -> str:
    """The names without text in brackets, also nested ones: numbers of institutes, or the institutes themselves."""
    while (fewer := re.sub(r"\s*\([^()]*\)", "", names)) != names:
        names = fewer
    return names


def _dublin_core(e: Element) -> Entry:
    named = [*texts(e, "identifier"), *texts(e, "relation"), *texts(e, "source")]
    dates = [d for d in texts(e, "date") if parse_date(d)]
    place = next((cited_place(s) or {"venue": s} for s in texts(e, "source") if not _SERIAL.fullmatch(s)), {})
    return Entry(
        title=text(e, "title"), abstract=max(texts(e, "description"), key=len, default=None),
        authors=[name for said in texts(e, "creator") for name in _people(said)],
        venue=place.get("venue") or text(e, "publisher"), volume=place.get("volume"), issue=place.get("issue"), pages=place.get("pages"),
        published_raw=min(dates, default=None),
        doi=next((n for n in named if find_doi(n)), None), arxiv=next((n for n in named if is_arxiv_text(n)), None),
        serials=named, types=texts(e, "type"), language=text(e, "language"), categories=texts(e, "subject"),
        urls=named,
    )  # fmt: skip


def _people(creator: str) -> list[str]:
    """The names in a creator, without the institute that Open Journal Systems adds after a semicolon.

    >>> _people("Gale, Hugh; University of the Lake"), _people("Gale, Hugh; Holt, Jane")
    (['Gale, Hugh'], ['Gale, Hugh', 'Holt, Jane'])
    """
    first, *others = [part.strip() for part in creator.split(";")]
    return [first, *(name for name in others if name and (", " in name) == (", " in first))]


#: Path of a record's metadata, by their kind, and the function that reads them; PubMed Central uses JATS.
_KINDS: dict[str, Callable[[Element], Entry | None]] = {
    "arXiv": _arxiv, "arXivRaw": _arxiv, "dc": _dublin_core, "article/front": jats_entry,
    "mods": mods_entry, "modsCollection/mods": mods_entry, "record": marc_entry, "collection/record": marc_entry,
    "oai_datacite/payload/resource": datacite_entry, "resource": datacite_entry,
}  # fmt: skip

FORMAT = xml_format(
    "oai_pmh",
    "an answer of OAI-PMH with <record> elements",
    _entry,
    {"record"},
    roots=("OAI-PMH", "ListRecords", "GetRecord"),
    passes=_is_deleted,
)
