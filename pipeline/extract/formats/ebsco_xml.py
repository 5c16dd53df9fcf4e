"""EBSCO's XML: one paper per `<rec>`, its journal in `<jinfo>`, its issue in `<pubinfo>`, the rest in `<artinfo>`."""

import re
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.field_parts import page_range
from papersieve.pipeline.extract.shared.identifiers import is_pubmed
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.xml_text import text, texts


def _entry(e: Element) -> Entry | None:
    said = e.find("header/controlInfo")
    title, abstract = text(said, "artinfo/tig/atl", "bkinfo/btl"), text(said, "artinfo/ab")
    if said is None or not (title or abstract):
        return None
    date, header = _date(said.find("pubinfo/dt")), e.find("header")
    ids = {each.get("type"): text(each) for each in said.findall("artinfo/ui")}
    is_medline = header is not None and is_pubmed(header.get("longDbName") or "")
    return Entry(
        title=title, abstract=abstract, authors=texts(said, "artinfo/aug/au"),
        venue=text(said, "jinfo/jtl", "bkinfo/btl"), volume=text(said, "pubinfo/vid"),
        issue=text(said, "pubinfo/iid"), pages=text(said, "artinfo/pages") or page_range(text(said, "artinfo/ppf"), None),
        published_raw=date,
        doi=ids.get("doi"), pmid=ids.get("pmid") or (ids.get(None) if is_medline else None),
        serials=[*texts(said, "jinfo/issn"), *texts(said, "bkinfo/isbn")],
        types=[*texts(said, "artinfo/doctype"), *texts(said, "artinfo/pubtype")],
        language=text(said, "language", "artinfo/language"),
        categories=texts(said, "artinfo/sug/subj"), urls=texts(e, "displayInfo/pLink/url"),
    )  # fmt: skip


def _date(said: Element | None) -> str | None:
    """The date from its parts, without the day (01 if unknown) unless the text states more than the year."""
    if said is None:
        return None
    shown = text(said) or ""
    parts = [said.get(part) for part in ("year", "month", "day")]
    is_whole = any(char.isdigit() for char in shown.replace(parts[0] or "-", ""))
    return "-".join(part for part in (parts if is_whole else parts[:2]) if part) or shown or None


FORMAT = xml_format(
    "ebsco_xml",
    "<rec> elements with <controlInfo>",
    _entry,
    {"rec"},
    roots=("records", "rec"),
    has=re.compile("<controlInfo").search,
)
