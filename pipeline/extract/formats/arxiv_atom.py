"""Atom feeds of arXiv's export API, rss.arxiv.org/atom, J-STAGE's API and journals."""

from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.feeds import is_of_papers
from papersieve.pipeline.extract.shared.field_parts import page_range
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.xml_text import text, texts


def _entry(e: Element) -> Entry | None:
    title, abstract = text(e, "title"), text(e, "summary", "content")
    if not title or title == "Error":
        return None
    date = text(e, "pubyear", "published", "updated")
    links = [link.get("href", "") for link in e.findall("link") if link.get("rel") in ("alternate", "related", None)]
    authors = [name for a in e.findall("author") for name in _names(a)] or [
        name.strip() for name in (text(e, "creator") or "").split(",")
    ]
    is_arxiv = "arxiv.org" in (text(e, "id") or "").lower() or (text(e, "id") or "").startswith("oai:arXiv")
    return Entry(
        types=["preprint"] if is_arxiv else [],
        title=title, abstract=abstract,
        authors=authors,
        venue=text(e, "journal_ref", "publicationName") or text(e, "material_title/en", "material_title"),
        volume=text(e, "volume"), issue=text(e, "number"),
        pages=page_range(text(e, "startingPage"), text(e, "endingPage")),
        published_raw=date,
        doi=text(e, "doi"), arxiv=text(e, "id"),
        categories=[c.get("term", "") for c in e.findall("category")], urls=links,
    )  # fmt: skip


def _names(author: Element) -> list[str]:
    """The name in an `<author>`, or the names in J-STAGE's list of authors, in one language."""
    return texts(author, "name") or texts(author, "en/name") or texts(author, "ja/name")


FORMAT = xml_format(
    "arxiv_atom", "an Atom <feed>", _entry, {"entry"}, roots=("feed",), has=is_of_papers, listing="arxiv"
)
