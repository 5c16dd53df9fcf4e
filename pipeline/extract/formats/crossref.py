"""Crossref works and CSL-JSON items: JSON lines of a snapshot, or answers of the API (`message.items`)."""

from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import names_of
from papersieve.pipeline.extract.shared.dates import ShownDate, parse_date
from papersieve.pipeline.extract.shared.field_parts import split_terms
from papersieve.pipeline.extract.shared.json_values import dict_of, list_of, text_of, texts_of
from papersieve.pipeline.extract.shared.markup import without_jats
from papersieve.pipeline.extract.shared.record_formats import json_format
from papersieve.pipeline.extract.shared.table_row import date_text
from papersieve.pipeline.extract.shared.titles import with_subtitle

#: Columns of records and the CSL-JSON keys that hold them; an export writes these keys.
CSL = {
    "title": "title", "abstract": "abstract", "authors": "author", "venue": "container-title", "volume": "volume",
    "issue": "issue",
    "pages": "page", "published_date": "issued", "doi": "DOI", "arxiv_id": "archive_location", "pmid": "PMID",
    "issns": "ISSN",
    "isbns": "ISBN", "language": "language", "categories": "keyword", "urls": "URL",
}  # fmt: skip
#: The CSL-JSON key for what no other key can hold: lists of subjects and links.
CUSTOM = "custom"

_DATES = ("published", "published-print", "published-online", "issued", "posted")


def _entry(_: str, value: Any) -> Entry | None:
    """The entry of a work, or of a CSL-JSON item from a reference manager: the same keys, most of them optional."""
    if not isinstance(value, dict) or value.keys().isdisjoint(
        ("DOI", "container-title", "issued", "author", "URL", "type")
    ):
        return None
    title = text_of(value.get(CSL["title"])) or text_of(value.get("original-title"))
    abstract = without_jats(text_of(value.get(CSL["abstract"])) or "")
    published = next((d for key in _DATES if (d := _date(value.get(key)))), None)
    custom = dict_of(value.get(CUSTOM))
    keywords = split_terms(text_of(value.get(CSL["categories"])) or "")
    return Entry(
        title=with_subtitle(title, text_of(value.get("subtitle"))), abstract=" ".join(abstract.split()) if abstract else None,
        authors=names_of(value.get(CSL["authors"]) or []),
        venue=text_of(value.get(CSL["venue"])) or next(iter(texts_of(value.get("institution") or [], "name")), None) or text_of(value.get("publisher")),
        volume=text_of(value.get(CSL["volume"])), issue=text_of(value.get(CSL["issue"])),
        pages=text_of(value.get(CSL["pages"])) or text_of(value.get("article-number")),
        published_raw=published[0] if published else None, published=published[1] if published else None,
        doi=text_of(value.get(CSL["doi"])), pmid=text_of(value.get(CSL["pmid"])),
        arxiv=text_of(value.get(CSL["arxiv_id"]) or value.get("number")) if "arxiv" in str(value.get("archive") or value.get("publisher") or "").lower() else None,
        categories=texts_of(value.get("subject") or custom.get("categories") or keywords),
        serials=[*texts_of(value.get(CSL["issns"]) or []), *texts_of(value.get(CSL["isbns"]) or [])],
        types=_types(value), language=text_of(value.get(CSL["language"])),
        is_retracted=_is_retracted(value), notes=texts_of(value.get("note") or []), said=value,
        taken=("title", "subtitle", "abstract", "author", "issued", "published"),
        urls=texts_of(custom.get("urls") or value.get(CSL["urls"]) or []),
    )  # fmt: skip


def _date(value: Any) -> tuple[str, ShownDate] | None:
    """`{"date-parts": [[2020, 3, 7]]}` as text and as a date; None if it can't be read."""
    if not value:
        return None
    raw = (date_text(value) or "")[:40]
    found = parse_date(raw)
    return (raw, found) if found else None


def _types(value: dict[str, Any]) -> list[str]:
    """The type of a work, as a list; a CSL "article" that is in no journal is a preprint."""
    kind = text_of(value.get("type")) or ""
    return ["preprint" if kind == "article" and not value.get("container-title") else kind]


def _is_retracted(value: dict[str, Any]) -> bool | None:
    """True if a retraction updates the work, else None.

    `update-to` is a key of the notice, which may have replaced the paper under its DOI.
    """

    def retractions(key: str) -> list[dict[str, Any]]:
        return [u for u in list_of(value.get(key)) if dict_of(u).get("type") == "retraction"]

    replaced = (u for u in retractions("update-to") if u.get("DOI") == value.get("DOI"))
    return bool(retractions("updated-by")) or any(replaced) or None


FORMAT = json_format(
    "crossref",
    "JSON with DOI, container-title",
    _entry,
    ("DOI", "is-referenced-by-count"),
    ("DOI", "references-count"),
    ("container-title", "issued"),
    ("issued", "date-parts"),  # preprints and books alone
    ("DOI", "container-title"),
    listing="crossref",
    container="items",
)
