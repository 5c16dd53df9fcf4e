"""OAI-PMH: `<record>` elements as arXiv answers them (arXiv, arXivRaw), and Dublin Core, as any repository does."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_text
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, text, texts


def recognises(head: Head) -> str | None:
    """The root element is that of an answer, or of its list of records."""
    root = root_of(head.text)
    return f"its root element is <{root}>" if root in ("OAI-PMH", "ListRecords", "GetRecord") else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper a record; a deleted one is none."""
    yield from read_xml(dump, {"record"}, _entry)


def _entry(e: Element) -> Entry | None:
    for kind, make in (("arXiv", _arxiv), ("arXivRaw", _arxiv), ("dc", _dublin_core)):
        if (found := e.find(f"metadata/{kind}")) is not None:
            return make(found)
    return None


def _arxiv(e: Element) -> Entry | None:
    title, abstract = text(e, "title"), text(e, "abstract")
    if not title and not abstract:
        return None
    date = text(e, "created") or text(e, "version/date") or text(e, "updated")
    people = [
        ", ".join(n for n in (text(a, "keyname"), text(a, "forenames")) if n) for a in e.findall("authors/author")
    ]
    return Entry(
        0, 0,
        title=title, abstract=abstract,
        authors=people or split_names(_without_brackets(text(e, "authors") or "")),
        venue=text(e, "journal-ref"), published_raw=date, published=parse_date(date or ""),
        types=["preprint"], doi=text(e, "doi"), arxiv=text(e, "id"), categories=(text(e, "categories") or "").split(),
    )  # fmt: skip


def _without_brackets(names: str) -> str:
    """Names without what stands in brackets, and in brackets in these: numbers of institutes, then the institutes."""
    while (fewer := re.sub(r"\s*\([^()]*\)", "", names)) != names:
        names = fewer
    return names


def _dublin_core(e: Element) -> Entry | None:
    title, abstract = text(e, "title"), max(texts(e, "description"), key=len, default=None)
    if not title and not abstract:
        return None
    named = [*texts(e, "identifier"), *texts(e, "relation"), *texts(e, "source")]
    dates = [d for d in texts(e, "date") if parse_date(d)]
    return Entry(
        0, 0,
        title=title, abstract=abstract,
        authors=texts(e, "creator"),
        venue=text(e, "source") or text(e, "publisher"), published_raw=min(dates, default=None),
        published=parse_date(min(dates, default="")),
        doi=next((n for n in named if find_doi(n)), None), arxiv=next((n for n in named if is_arxiv_text(n)), None),
        serials=named, types=texts(e, "type"), language=text(e, "language"), categories=texts(e, "subject"),
        urls=[n for n in named if n.startswith(("http://", "https://"))],
    )  # fmt: skip


FORMAT = Format("oai_pmh", "an answer of OAI-PMH with <record> elements", recognises, extract)
