"""Atom, as arXiv's export API and rss.arxiv.org/atom answer."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.abstracts import ANNOUNCED
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, text, texts


def recognises(head: Head) -> str | None:
    """The root element is a feed."""
    return "its root element is <feed>" if root_of(head.text) == "feed" else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper an `<entry>`."""
    yield Listing("arxiv")
    yield from read_xml(dump, {"entry"}, _entry)


def _entry(e: Element) -> Entry | None:
    title, abstract = text(e, "title"), text(e, "summary") or text(e, "content")
    if not title or title == "Error":
        return None
    date = text(e, "published") or text(e, "updated")
    links = [link.get("href", "") for link in e.findall("link") if link.get("rel") in ("alternate", "related", None)]
    authors = [name for a in e.findall("author") for name in texts(a, "name")] or _listed(text(e, "creator"))
    is_arxiv = "arxiv.org" in (text(e, "id") or "").lower() or (text(e, "id") or "").startswith("oai:arXiv")
    return Entry(
        0, 0,
        types=["preprint"] if is_arxiv else [],
        title=title, abstract=ANNOUNCED.sub("", abstract) if abstract else None,
        authors=authors,
        venue=text(e, "journal_ref"), published_raw=date, published=parse_date(date or ""),
        doi=text(e, "doi"), arxiv=text(e, "id"),
        categories=[c.get("term", "") for c in e.findall("category")], urls=links,
    )  # fmt: skip


def _listed(names: str | None) -> list[str]:
    return [n.strip() for n in names.split(",")] if names else []


FORMAT = Format("arxiv_atom", "an Atom <feed>", recognises, extract)
