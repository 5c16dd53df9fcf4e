"""TEI: works that HAL lists (`<biblFull>`), papers as GROBID reads them (`<teiHeader>`), lists of references."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import HEAD_BYTES, Head, OpenDump
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.field_parts import inverted, page_range
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, text, texts

#: What a document lists, the first that it has: works, the paper that it is itself (which has authors), references.
_WORKS, _PAPER, _REFERENCE = "biblFull", "teiHeader", "biblStruct"


def recognises(head: Head) -> str | None:
    """The root element is TEI, or a corpus of them."""
    root = root_of(head.text)
    return f"its root element is <{root}>" if root in ("TEI", "teiCorpus") else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper an element of the kind that the document lists; the rest is furniture."""
    with dump.open() as stream:
        start = stream.read(HEAD_BYTES)
    header = start.partition(b"</teiHeader>")[0]
    kind = _WORKS if b"<biblFull" in start else _PAPER if b"<author" in header else _REFERENCE
    yield from read_xml(dump, {kind}, _entry)


def _entry(e: Element) -> Entry | None:
    source = e if e.tag == _REFERENCE else e.find(".//sourceDesc/biblStruct")
    title = text(e, ".//titleStmt/title") or text(source, "analytic/title") or text(source, "monogr/title")
    abstract = text(e, ".//profileDesc/abstract")
    if not title and not abstract:
        return None
    people = max((e.findall(f".//{path}/author") for path in ("analytic", "monogr", "titleStmt")), key=len)
    date = _date(e, source)
    return Entry(
        0, 0,
        title=title, abstract=abstract, authors=[name for each in people if (name := _name(each))],
        venue=_venue(source, title), volume=_scope(source, "volume"), issue=_scope(source, "issue"),
        pages=_scope(source, "page", "pp"),
        published_raw=date, published=parse_date(date or ""),
        doi=_id(e, "doi"), arxiv=_id(e, "arxiv"), pmid=_id(e, "pmid", "pubmed"),
        serials=[said for kind in ("issn", "eissn", "isbn") if (said := _id(e, kind))],
        types=texts(e, ".//classCode[@scheme='halTypology']"), language=_language(e),
        categories=texts(e, ".//keywords/term"),
        urls=[ref.get("target", "") for ref in e.iterfind(".//ref[@type='publisher']")],
    )  # fmt: skip


def _name(person: Element) -> str | None:
    given = " ".join(texts(person, "persName/forename"))
    return inverted(text(person, "persName/surname"), given) or text(person, "orgName") or text(person, "name")


def _venue(source: Element | None, title: str | None) -> str | None:
    """The journal, else what the paper stands in; None where that is its own title, as a book's is."""
    said = (
        text(source, "monogr/title[@level='j']") or text(source, "monogr/title") or text(source, "monogr/meeting/title")
    )
    return said if said != title else None


def _scope(source: Element | None, *units: str) -> str | None:
    """A number of a place in print: as text, or from one page to another."""
    scopes = [] if source is None else source.findall("monogr/imprint/biblScope")
    return next((text(s) or page_range(s.get("from"), s.get("to")) for s in scopes if s.get("unit") in units), None)


def _date(e: Element, source: Element | None) -> str | None:
    """The day of publication, as printed before that of the document."""
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
