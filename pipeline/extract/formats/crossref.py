"""Crossref works: JSON lines of a snapshot, or what the API answers (`message.items`)."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import ShownDate, parse_date
from papersieve.pipeline.extract.shared.json_entries import (
    has_keys,
    integer_of,
    read_json,
    text_of,
    texts_of,
    without_markup,
)

#: What publishers put above an abstract, as a part of it.
_HEADING = re.compile(r"<jats:title>\s*(?:Abstract|Summary)\s*</jats:title>", re.IGNORECASE)


def recognises(head: Head) -> str | None:
    """Objects have a DOI in capitals and Crossref's prefix or member."""
    for key in ("is-referenced-by-count", "references-count", "container-title"):
        if has_keys(head, "DOI", key):
            return f"its objects have the keys DOI, {key}"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper a work."""
    yield Listing("crossref")
    yield from read_json(dump, _entry, head_container="items")


def _entry(_: str, value: Any) -> Entry | None:
    if not isinstance(value, dict) or not isinstance(value.get("DOI"), str):
        return None
    title = text_of(value.get("title"))
    abstract = without_markup(_HEADING.sub("", text_of(value.get("abstract")) or ""))
    if not title and not abstract:
        return None
    published = next(
        (d for key in ("published", "published-print", "published-online", "issued") if (d := _date(value.get(key)))),
        None,
    )
    url = text_of(value.get("URL"))
    return Entry(
        0, 0,
        title=title, abstract=" ".join(abstract.split()) if abstract else None,
        authors=[name for a in value.get("author") or [] if (name := _name(a))] if isinstance(value.get("author"), list) else [],
        venue=text_of(value.get("container-title")) or text_of(value.get("publisher")),
        volume=text_of(value.get("volume")), issue=text_of(value.get("issue")), pages=text_of(value.get("page")) or text_of(value.get("article-number")),
        published_raw=published[0] if published else None, published=published[1] if published else None,
        doi=value["DOI"], categories=texts_of(value.get("subject") or []), urls=[url] if url else [],
    )  # fmt: skip


def _date(value: Any) -> tuple[str, ShownDate] | None:
    """`{"date-parts": [[2020, 3, 7]]}` as it would be written, and as a date."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [integer_of(p) for p in first[:3]]
    if not numbers or any(n is None for n in numbers):
        return None
    raw = "-".join(
        f"{n:04d}" if place == 0 else f"{n:02d}" for place, n in enumerate(n for n in numbers if n is not None)
    )[:40]
    found = parse_date(raw)
    return (raw, found) if found else None


def _name(author: Any) -> str | None:
    if not isinstance(author, dict):
        return None
    last, first = text_of(author.get("family")), text_of(author.get("given"))
    return f"{last}, {first}" if last and first else last or text_of(author.get("name"))


FORMAT = Format("crossref", "JSON with DOI, container-title", recognises, extract)
