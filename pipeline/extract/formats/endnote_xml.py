"""EndNote XML: one paper per `<record>`, with texts wrapped in `<style>`."""

from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.identifiers import is_pubmed
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.xml_text import text, texts


def _entry(e: Element) -> Entry:
    year, day = text(e, "dates/year") or "", text(e, "dates/pub-dates/date") or ""
    date = day if year in day else f"{year} {day}".strip()
    return Entry(
        title=text(e, "titles/title"), abstract=text(e, "abstract"),
        authors=texts(e, "contributors/authors/author") or texts(e, "contributors/secondary-authors/author"),
        venue=text(e, "periodical/full-title", "titles/secondary-title"), volume=text(e, "volume"),
        issue=text(e, "number", "issue"), pages=text(e, "pages"),
        published_raw=date,
        doi=text(e, "electronic-resource-num"), pmid=text(e, "accession-num") if _is_pubmed(e) else None,
        categories=texts(e, "keywords/keyword"),
        serials=texts(e, "isbn"), types=[*_type(e), *texts(e, "work-type")], language=text(e, "language"),
        notes=texts(e, "notes"), said=_said(e), taken=("pub-dates",),
        urls=texts(e, "urls//url"),
    )  # fmt: skip


def _said(e: Element) -> dict[str, list[str]]:
    """The texts of the record's elements and their children, by the name of the element that holds them."""
    said: dict[str, list[str]] = {"ref-type": _type(e)}
    for child in e:
        parts = child if len(child) and child[0].tag != "style" else [child]
        for part in parts if child.tag != "ref-type" else ():
            said.setdefault(part.tag, []).extend(texts(part, "*" if len(part) and part[0].tag != "style" else "."))
    return said


def _type(e: Element) -> list[str]:
    """The name of the reference type; its number is EndNote's own."""
    found = e.find("ref-type")
    return [found.get("name") or ""] if found is not None else []


def _is_pubmed(e: Element) -> bool:
    """Whether the accession number is PubMed's; other databases have numbers with as many digits."""
    return any(is_pubmed(text(e, f"remote-database-{said}") or "") for said in ("name", "provider"))


FORMAT = xml_format(
    "endnote_xml",
    "<record> elements with <titles>",
    _entry,
    {"record"},
    roots=("xml", "records"),
    has=lambda head: "<record>" in head and ("<titles>" in head or "<ref-type" in head),
)
