"""RSS 2.0 and RDF feeds, as published by rss.arxiv.org and journals."""

import re
from html import unescape
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.feeds import is_of_papers
from papersieve.pipeline.extract.shared.field_parts import page_range
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_url
from papersieve.pipeline.extract.shared.json_values import without_markup
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.source_lines import SOURCE, source_parts
from papersieve.pipeline.extract.shared.xml_text import text, texts

#: PubMed puts the abstract between the place and the numbers.
_OF_PUBMED = re.compile(r"\bABSTRACT\s+(.+?)(?:\s*PMID:\s*\d.*)?$")


#: Nature and Sage put the place in print before the abstract, and ScienceDirect instead of it.
_OF_NATURE = re.compile(r"^[^;]{2,150}, Published online: [^;]{8,30}; ?doi: ?10\.\S+\s*")
_OF_SAGE = re.compile(r"(?P<venue>[^,]{2,150}), (?:Ahead of Print|Volume [^.]{1,100})\. ")
_OF_ELSEVIER = re.compile(
    r"Publication date: (?P<date>.{4,40}?) Source: (?P<venue>.{2,200}?)(?:, Volume (?P<volume>[\w-]{1,12}))?(?:, Issue (?P<issue>[\w-]{1,12}))?(?:, Part [A-Z])?(?: Author\(s\): (?P<authors>.*))?$"
)


def _is_feed(text: str) -> bool:
    """Whether a text is a feed of papers; RDF alone may be anything."""
    return ("<rss" in text or "purl.org/rss" in text) and is_of_papers(text)


def _source(description: str | None, encoded: str, named: list[str]) -> re.Match[str] | None:
    """The place in print as PubMed writes it, before the abstract or as the description."""
    shown = encoded if any(name.startswith("pmid:") for name in named) else ""
    texts = (description or "", " ".join((without_markup(unescape(shown)) or "").split()))
    return next((found for each in texts if (found := SOURCE.match(each[:500]))), None)


def _entry(e: Element) -> Entry:
    title = text(e, "title")
    description, encoded = text(e, "description"), text(e, "encoded")
    named = texts(e, "identifier")
    source = _source(description, encoded, named) if encoded else None
    said = without_markup(unescape((encoded if source else description or encoded) or ""))
    abstract = " ".join(said.split()) if said else None
    if source:
        found = _OF_PUBMED.search(abstract or "")
        abstract = found[1] if found else None
    elsevier = _OF_ELSEVIER.match(abstract or "")
    if elsevier:  # it gives only the place in print
        abstract = None
    abstract = _OF_NATURE.sub("", abstract) if abstract else None
    if abstract and (behind := _OF_SAGE.match(abstract)) and behind["venue"] == text(e, "publicationName"):
        abstract = abstract[behind.end() :]
    place = source_parts(source) if source else {}
    place = {name: said for name, said in elsevier.groupdict().items() if said} if elsevier else place
    date = text(e, "pubDate", "date") or place.get("date")
    link = text(e, "link")
    return Entry(
        title=title, abstract=abstract,
        authors=[name for names in texts(e, "creator") or texts(e, "author") or [place.get("authors", "")] for name in split_names(without_markup(unescape(names)))],
        venue=text(e, "publicationName") or (text(e, "source") or source["venue"] if source else place.get("venue")),
        volume=text(e, "volume") or place.get("volume"), issue=text(e, "number") or place.get("issue"),
        pages=page_range(text(e, "startingPage"), text(e, "endingPage")) or place.get("pages"),
        published_raw=date,
        doi=text(e, "DOI", "doi") or next(filter(find_doi, named), None),
        pmid=next((n for n in named if n.startswith("pmid:")), None),
        arxiv=link if link and is_arxiv_url(link) else None,
        categories=texts(e, "category") or texts(e, "subject"), urls=[link] if link else [],
    )  # fmt: skip


FORMAT = xml_format("rss", "an <rss> or RDF feed", _entry, {"item"}, roots=("rss", "RDF"), has=_is_feed)
