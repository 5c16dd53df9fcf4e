"""TEI: works listed by HAL (`<biblFull>`), papers as read by GROBID (`<teiHeader>`), or lists of references."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.field_parts import inverted, page_range
from papersieve.pipeline.extract.shared.xml_asked import Asked
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, tags_only, text, texts

#: Elements that entries are read from: works in a list, papers that are documents themselves, or references.
_WORKS, _PAPER, _REFERENCE = "biblFull", "teiHeader", "biblStruct"
#: The element around references, and root elements of documents. The header of a corpus, and the sources that a header
#: names, are not entries.
_LIST, _ROOTS = "listBibl", ("TEI", "teiCorpus", "listBibl")
#: Elements of running text: paragraphs, blocks, lines of verse, speeches.
_PROSE = "(?:p|ab|l|sp|u)"
_HEADER = re.compile(r"<(?:\w+:)?teiHeader\b(?:[^<>]*/>|.*?(?:</(?:\w+:)?teiHeader>|\Z))", re.DOTALL)
_SAYS = {
    name: re.compile(rf"<(?:\w+:)?{name}\b[^<>]*(?<!/)>\s*(?:<[^</>]+>\s*)*[^<\s]")
    for name in ("title", "abstract", "author")
}
_TAGS = {name: re.compile(rf"<(?:\w+:)?{name}[\s>]") for name in (_WORKS, _REFERENCE, _LIST, _PROSE)}
#: Elements with details of a person other than the name.
_ABOUT = {"affiliation", "email", "idno", "address", "ptr", "note", "roleName", "date"}


def recognises(head: Head) -> str | None:
    """The root element is a TEI document, a corpus of them, or a list of references."""
    root = root_of(head.text)
    return f"its root element is <{root}>" if root in _ROOTS else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper per element of the kind that the document lists; the rest is furniture."""
    kind = _kind(tags_only(dump.head().text))
    if kind == _PAPER:
        yield from read_xml(dump, Asked({kind}, _entry, within="TEI"))
    else:  # references in a header are the document's own sources
        within = _LIST if kind == _REFERENCE else None
        yield from read_xml(dump, Asked({kind}, _entry, within=within, context_tags=frozenset((_PAPER,))))


def _kind(text: str) -> str:
    """The kind of element that the document lists: works if there are any; else papers, unless it is a reference list.

    It is a reference list if it has one and no header describes a paper. The header of a reference list may have a
    title, but it names no source, and no running text comes before the list.
    """
    headers, rest = _HEADER.findall(text), _HEADER.sub("", text)
    if _TAGS[_WORKS].search(rest):
        return _WORKS
    if any(map(_is_of_paper, headers)):
        return _PAPER
    found = _TAGS[_LIST].search(rest)
    has_title = any(_SAYS["title"].search(header) for header in headers)
    return _REFERENCE if found and not (has_title and _TAGS[_PROSE].search(rest, 0, found.start())) else _PAPER


def _is_of_paper(header: str) -> bool:
    """Whether a header has an abstract, or a source together with a title or authors."""
    has_source = bool(_TAGS[_REFERENCE].search(header))
    return bool(_SAYS["abstract"].search(header)) or (
        has_source and any(_SAYS[name].search(header) for name in ("title", "author"))
    )


def _entry(e: Element) -> Entry:
    source = e if e.tag == _REFERENCE else e.find(".//sourceDesc/biblStruct")
    title = text(e, ".//titleStmt/title") or text(source, "analytic/title", "monogr/title")
    abstract = text(e, ".//profileDesc/abstract")
    people = max((e.findall(f".//{path}/author") for path in ("analytic", "monogr", "titleStmt")), key=len)
    date = _date(e, source)
    return Entry(
        title=title, abstract=abstract, authors=[name for each in people if (name := _name(each))],
        venue=_venue(source, title), volume=_scope(source, "volume"), issue=_scope(source, "issue"),
        pages=_scope(source, "page", "pp"),
        published_raw=date,
        doi=_id(e, "doi"), arxiv=_id(e, "arxiv"), pmid=_id(e, "pmid", "pubmed"),
        serials=[said for kind in ("issn", "eissn", "isbn") if (said := _id(e, kind))],
        types=texts(e, ".//classCode[@scheme='halTypology']"), language=_language(e),
        categories=texts(e, ".//keywords/term"),
        urls=[ref.get("target", "") for ref in e.iterfind(".//ref[@type='publisher']")],
    )  # fmt: skip


def _name(person: Element) -> str | None:
    """The name from its parts, else from the text, without other details of the person."""
    named = person.find("persName")
    parts = person if named is None else named
    whole = text(named) or text(person, "orgName", "name")
    plain = " ".join((person.text or "").split()) or (None if _ABOUT & {e.tag for e in person} else text(person))
    return inverted(text(parts, "surname"), " ".join(texts(parts, "forename"))) or whole or plain


def _venue(source: Element | None, title: str | None) -> str | None:
    """The journal, else the book or meeting that the paper is in; None if that is its own title, as for books."""
    said = text(source, "monogr/title[@level='j']", "monogr/title", "monogr/meeting/title")
    return said if said != title else None


def _scope(source: Element | None, *units: str) -> str | None:
    """A number of the place in print in one of these units, as text or as a range from one page to another."""
    scopes = [] if source is None else source.findall("monogr/imprint/biblScope")
    return next((text(s) or page_range(s.get("from"), s.get("to")) for s in scopes if s.get("unit") in units), None)


def _date(e: Element, source: Element | None) -> str | None:
    """The date of publication: the printed one if stated, else that of the document."""
    dates = [
        *([] if source is None else source.iterfind("monogr/imprint/date")),
        *e.iterfind(".//publicationStmt/date"),
    ]
    return next((said for each in dates if (said := each.get("when") or text(each))), None)


def _id(e: Element, *kinds: str) -> str | None:
    return next((text(each) for each in e.iter("idno") if (each.get("type") or "").lower() in kinds), None)


def _language(e: Element) -> str | None:
    found = e.find(".//langUsage/language")
    return found.get("ident") if found is not None else e.get("lang")


FORMAT = Format("tei", "a <TEI> document of HAL or GROBID", recognises, extract)
