"""dblp's XML, from its dump or its pages: one paper per `<article>`, `<inproceedings>` or similar element."""

import re
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_text
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.xml_text import text, texts

#: Elements that are papers; whole proceedings and pages of people are not.
_KINDS = {"article", "inproceedings", "incollection", "book", "phdthesis", "mastersthesis"}


def _entry(e: Element) -> Entry | None:
    title = text(e, "title")
    if not title:
        return None
    volume = text(e, "volume")  # for CoRR it is the arXiv id
    links, date = texts(e, "ee"), " ".join(filter(None, (text(e, "month"), text(e, "year"))))
    return Entry(
        title=title.removesuffix("."), authors=texts(e, "author") or texts(e, "editor"),
        venue=text(e, "journal", "booktitle") or text(e, "publisher", "school"),
        volume=None if (volume or "").startswith("abs/") else volume, issue=text(e, "number"), pages=text(e, "pages"),
        published_raw=date,
        doi=next(filter(find_doi, links), None), arxiv=next(filter(is_arxiv_text, links), None),
        serials=texts(e, "isbn"), types=[e.get("publtype") or "", e.tag], urls=links,
    )  # fmt: skip


FORMAT = xml_format(
    "dblp_xml",
    "<article> and other elements of dblp",
    _entry,
    _KINDS,
    roots=("dblp", "dblpperson"),
    has=re.compile(r"<dblp\b|<r>").search,
    listing="dblp",
)
