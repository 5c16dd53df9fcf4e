"""ACL Anthology XML: one paper per `<paper>`; the `<meta>` of its volume gives the venue and the date."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.xml_asked import Asked
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, text


def recognises(head: Head) -> str | None:
    """The root element is `<collection>` and has volumes."""
    is_acl = root_of(head.text) == "collection" and "<volume" in head.text
    return "its root element is <collection> with <volume>" if is_acl else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper per `<paper>`, with the venue and the date of its volume."""
    volume: dict[str, str | None] = {}

    def remember(meta: Element) -> None:
        tags = ("booktitle", "year", "month", "journal-volume", "journal-issue", "isbn")
        volume.update({tag: text(meta, tag) for tag in tags})

    def make(e: Element) -> Entry | None:
        title, abstract, url = text(e, "title"), text(e, "abstract"), text(e, "url")
        if not title:
            return None
        date = " ".join(p for p in (volume.get("year"), volume.get("month")) if p)
        return Entry(
            title=title, abstract=abstract,
            authors=[" ".join(p for p in (text(a, "first"), text(a, "last")) if p) for a in e.findall("author")],
            venue=volume.get("booktitle"), volume=volume.get("journal-volume"), issue=volume.get("journal-issue"),
            pages=(text(e, "pages") or "").replace("–", "-") or None,
            published_raw=date,
            doi=text(e, "doi"), serials=[volume.get("isbn") or ""],
            types=["article" if volume.get("journal-volume") else "conference-paper"], language=text(e, "language"),
            urls=[url if "://" in url else f"https://aclanthology.org/{url}"] if url else [],
        )  # fmt: skip

    yield Listing("acl_anthology")
    yield from read_xml(dump, Asked({"paper"}, make, context=remember, context_tags=frozenset(("meta",))))


FORMAT = Format("acl_xml", "a <collection> of <volume>s", recognises, extract)
