"""DataCite works from the API or as JSON lines: `attributes` with titles, creators and descriptions."""

from collections.abc import Mapping
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import names_of
from papersieve.pipeline.extract.shared.field_parts import page_range
from papersieve.pipeline.extract.shared.json_values import dict_of, list_of, text_of, texts_of
from papersieve.pipeline.extract.shared.record_formats import json_format
from papersieve.pipeline.extract.shared.titles import with_subtitle


def _entry(_: str, value: Any) -> Entry | None:
    work = value.get("attributes", value) if isinstance(value, dict) else None
    if not isinstance(work, dict) or not (titles := texts_of(work.get("titles") or [], "title")):
        return None
    described = [d for d in list_of(work.get("descriptions")) if isinstance(d, dict)]
    abstract = next(
        (text_of(d.get("description")) for d in described if d.get("descriptionType") in ("Abstract", None)), None
    )
    dates = {d.get("dateType"): text_of(d.get("date")) for d in list_of(work.get("dates")) if isinstance(d, dict)}
    date = dates.get("Issued") or dates.get("Available") or text_of(work.get("publicationYear"))
    inside = _container(work)
    pages = page_range(text_of(inside.get("firstPage")), text_of(inside.get("lastPage")))
    publisher = work.get("publisher")
    kinds = dict_of(work.get("types"))
    return Entry(
        title=_main_title(work) or titles[0], abstract=abstract,
        authors=names_of(list_of(work.get("creators"))),
        venue=text_of(inside.get("title")) or text_of(publisher.get("name") if isinstance(publisher, dict) else publisher),
        volume=text_of(inside.get("volume")), issue=text_of(inside.get("issue")), pages=pages,
        published_raw=date,
        doi=text_of(work.get("doi")), categories=texts_of(work.get("subjects") or [], "subject"),
        serials=[*texts_of(inside.get("identifier") or []), *texts_of(work.get("relatedIdentifiers") or [], "relatedIdentifier")],
        types=[kinds[key] for key in ("resourceTypeGeneral", "resourceType", "bibtex") if isinstance(kinds.get(key), str)], language=text_of(work.get("language")),
        said=work, taken=("creators", "descriptions" if abstract and len(described) == 1 else "", "dates" if list(dates.values()) == [date] else ""),
        urls=[u for u in [text_of(work.get("url"))] if u],
    )  # fmt: skip


def _container(work: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the work is published in: a container or a related item, depending on the version of the schema."""
    items = [item for item in list_of(work.get("relatedItems")) if isinstance(item, dict)]
    found = next((item for item in items if item.get("relationType") == "IsPublishedIn"), {})
    titles = list_of(found.get("titles"))
    return dict_of(work.get("container")) or {**found, "title": dict_of(titles[0]).get("title") if titles else None}


def _main_title(work: Mapping[str, Any]) -> str | None:
    """The title without a `titleType`, with its subtitle."""
    titles = [t for t in list_of(work.get("titles")) if isinstance(t, dict)]
    by_type = {t.get("titleType") or None: text_of(t.get("title")) for t in reversed(titles)}
    return with_subtitle(by_type.get(None), by_type.get("Subtitle"))


FORMAT = json_format(
    "datacite",
    "JSON with titles, creators, publicationYear",
    _entry,
    ("titles", "creators", "publicationYear"),
    listing="datacite",
    container="data",
)
