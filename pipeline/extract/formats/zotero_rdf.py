"""Zotero's RDF: one work per item with a `z:itemType`; its journal may be a separate element that it refers to.

In Zotero's Bibliontology RDF a work has the name of its type, and its authors are separate elements. Its journal is
inside an issue.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from xml.etree.ElementTree import Element, ParseError, XMLParser

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.field_parts import inverted
from papersieve.pipeline.extract.shared.identifiers import is_arxiv_text
from papersieve.pipeline.extract.shared.xml_asked import Asked
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, text, texts

#: Elements that are works; journals, attachments, notes and collections are next to them.
_WORKS = {
    "Article", "Book", "BookSection", "Description", "Thesis", "Report", "Manuscript", "Document", "Patent", "Data",
    "Recording", "Image", "Letter", "Interview", "Legislation", "CourtReporter", "Script", "Illustration",
}  # fmt: skip
#: The namespace of the Bibliographic Ontology, and its works.
_BIBO = "purl.org/ontology/bibo"
_OF_BIBO = _WORKS | {"AcademicArticle", "Chapter", "Proceedings", "Webpage"}
#: Item types that are not works.
_NO_WORKS = ("attachment", "note")

Containers = dict[str, Element]


def recognises(head: Head) -> str | None:
    """The root element is RDF, and items have Zotero's types or those of the Bibliographic Ontology."""
    is_typed = "itemType>" in head.text or _BIBO in head.text
    is_zotero = root_of(head.text) == "RDF" and "zotero.org/namespaces/export" in head.text and is_typed
    return "its root element is <RDF>, with names of Zotero" if is_zotero else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one work per item; elements without a type, such as the books that chapters are in, are furniture."""
    tags, make = (_OF_BIBO, _of_bibo) if _BIBO in dump.head().text else (_WORKS, _entry)
    yield from read_xml(dump, Asked(tags, partial(make, containers=_containers(dump.whole())), passes=_is_no_work))


def _is_no_work(e: Element) -> bool:
    return (text(e, "itemType") or _NO_WORKS[0]) in _NO_WORKS


def _containers(data: bytes) -> Containers:
    """The journals, books and people that works refer to, by their names; empty if the document can't be parsed."""
    found: Containers = {}
    if b"<!ENTITY" not in data:  # `read_xml` refuses it
        with suppress(ParseError, ValueError):
            parser = XMLParser()
            parser.feed(data)
            for element in parser.close():
                _strip(element)
                if name := _called(element, "about"):
                    found[name] = element
    return found


def _called(element: Element, attribute: str) -> str | None:
    """The name of an element, or of one that it refers to: an address, or a name for this document only."""
    return element.get(attribute) or element.get("nodeID")


def _strip(element: Element) -> None:
    """Remove namespaces, as `read_xml` does."""
    for each in element.iter():
        each.tag = each.tag.rpartition("}")[2]
        each.attrib = {name.rpartition("}")[2]: value for name, value in each.attrib.items()}


def _entry(e: Element, *, containers: Containers) -> Entry | None:
    kind, title, abstract = text(e, "itemType"), text(e, "title"), text(e, "abstract")
    if not kind or kind in _NO_WORKS or not (title or abstract):
        return None
    within = [e, *_within(e, containers)]
    ids = [said for each in within for said in texts(each, "identifier")]
    date = text(e, "date")
    links, number = texts(e, "identifier/URI/value"), _first(within, "number") or ""
    is_arxivs = is_arxiv_text(number)  # for preprints, it is the paper's number
    return Entry(
        title=title, abstract=abstract, authors=_names(e, "authors") or _names(e, "editors"),
        venue=next(filter(None, [*(text(each, "title") for each in within[1:]), text(e, "presentedAt/Conference/title")]), None),
        volume=_first(within, "volume"), issue=None if is_arxivs else number, pages=text(e, "pages"),
        published_raw=date,
        doi=next((said for said in ids if said.startswith("DOI ")), None), arxiv=number if is_arxivs else None,
        serials=[said for said in ids if said.startswith(("ISSN", "ISBN"))],
        types=[kind], language=text(e, "language"), notes=texts(e, "description"), categories=texts(e, "subject"),
        urls=links,
    )  # fmt: skip


def _within(e: Element, containers: Containers) -> list[Element]:
    """The journal or book that a work is part of, nested in it or a separate element; never a series."""
    found = list[Element]()
    for part in e.findall("isPartOf"):
        elsewhere = containers.get(_called(part, "resource") or "")
        found += [each for each in (*part, *([] if elsewhere is None else [elsewhere])) if each.tag != "Series"]
    return found


def _of_bibo(e: Element, *, containers: Containers) -> Entry | None:
    title, abstract = text(e, "title"), text(e, "abstract")
    if not (title or abstract):
        return None
    held = _within(e, containers)
    within = [e, *held, *(outer for each in held for outer in _within(each, containers))]
    people = e.findall("authorList/Seq/li") or e.findall("creator") or e.findall("editorList/Seq/li")
    persons = (each if len(each) else containers.get(_called(each, "resource") or "") for each in people)
    return Entry(
        title=title, abstract=abstract, authors=[name for each in persons if each is not None and (name := _name(each))],
        venue=next(filter(None, (text(each, "title") for each in within[1:])), None),
        volume=_first(within, "volume"), issue=_first(within, "issue"), pages=text(e, "pages"),
        published_raw=_first(within, "date"), doi=text(e, "doi"),
        serials=[said for each in within for name in ("issn", "eissn", "isbn", "isbn10", "isbn13") for said in texts(each, name)],
        types=[e.tag], language=text(e, "language"), notes=texts(e, "extra"), categories=texts(e, "subject"),
        urls=texts(e, "uri"),
    )  # fmt: skip


def _name(person: Element) -> str | None:
    """The name of a person, who may be inside another element; or of an organisation."""
    return inverted(text(person, ".//surname"), text(person, ".//givenName")) or text(person, ".//name")


def _first(elements: list[Element], path: str) -> str | None:
    return next((said for each in elements if (said := text(each, path))), None)


def _names(e: Element, role: str) -> list[str]:
    people = e.findall(f"{role}/Seq/li/Person")
    return [name for each in people if (name := _name(each))]


FORMAT = Format("zotero_rdf", "an <RDF> document of Zotero", recognises, extract)
