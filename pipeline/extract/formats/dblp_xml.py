"""XML of dblp: one paper an `<article>`, `<inproceedings>` and the like, as its dump and its pages have them."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_text
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, text, texts

#: Kinds of publications; proceedings as a whole and pages of people are none of a paper.
_KINDS = {"article", "inproceedings", "incollection", "book", "phdthesis", "mastersthesis"}


def recognises(head: Head) -> str | None:
    """The root element is dblp's, also of the page of a person."""
    root = root_of(head.text)
    is_dblp = root == "dblp" or (root == "dblpperson" and "<r>" in head.text)
    return f"its root element is <{root}>" if is_dblp else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper a publication."""
    yield Listing("dblp")
    yield from read_xml(dump, _KINDS, _entry)


def _entry(e: Element) -> Entry | None:
    title = text(e, "title")
    if not title:
        return None
    volume = text(e, "volume")  # of CoRR it is the arXiv id
    links, date = texts(e, "ee"), " ".join(filter(None, (text(e, "month"), text(e, "year"))))
    return Entry(
        title=title.removesuffix("."), authors=texts(e, "author") or texts(e, "editor"),
        venue=text(e, "journal") or text(e, "booktitle") or text(e, "publisher") or text(e, "school"),
        volume=None if (volume or "").startswith("abs/") else volume, issue=text(e, "number"), pages=text(e, "pages"),
        published_raw=date,
        doi=next(filter(find_doi, links), None), arxiv=next(filter(is_arxiv_text, links), None),
        serials=texts(e, "isbn"), types=[e.get("publtype") or "", e.tag], urls=links,
    )  # fmt: skip


FORMAT = Format("dblp_xml", "<article> and other elements of dblp", recognises, extract)
