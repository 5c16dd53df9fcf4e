"""OpenAlex works: JSON lines of a snapshot, or responses of the API (`results`); abstracts are inverted indexes."""

from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.abstracts import of_index
from papersieve.pipeline.extract.shared.field_parts import page_range
from papersieve.pipeline.extract.shared.identifiers import is_arxiv_url
from papersieve.pipeline.extract.shared.json_values import dict_of, list_of, text_of, texts_of
from papersieve.pipeline.extract.shared.record_formats import json_format


def _entry(_: str, value: Any) -> Entry | None:
    if not isinstance(value, dict) or not ("authorships" in value or "abstract_inverted_index" in value):
        return None
    title = text_of(value.get("title")) or text_of(value.get("display_name"))
    abstract = of_index(value.get("abstract_inverted_index"))
    date = text_of(value.get("publication_date")) or text_of(value.get("publication_year"))
    biblio, place = dict_of(value.get("biblio")), dict_of(value.get("primary_location"))
    first, last = text_of(biblio.get("first_page")), text_of(biblio.get("last_page"))
    pages = page_range(first, last)
    link = text_of(place.get("landing_page_url"))
    return Entry(
        title=title, abstract=abstract,
        authors=[n for a in list_of(value.get("authorships")) if (n := _name(dict_of(a)))],
        venue=text_of(dict_of(place.get("source")).get("display_name")), volume=text_of(biblio.get("volume")),
        issue=text_of(biblio.get("issue")), pages=pages or None,
        published_raw=date,
        doi=text_of(value.get("doi")), arxiv=_arxiv(value), pmid=text_of(dict_of(value.get("ids")).get("pmid")),
        categories=[n for c in list_of(value.get("topics")) or list_of(value.get("concepts")) if (n := text_of(dict_of(c).get("display_name")))],
        serials=texts_of(dict_of(place.get("source")).get("issn") or []), types=[text_of(value.get("type")) or ""],
        said=value, taken=("title", "display_name", "abstract_inverted_index", "authorships", "topics", "concepts", "biblio"), language=text_of(value.get("language")), is_retracted=value["is_retracted"] if isinstance(value.get("is_retracted"), bool) else None,
        urls=[link] if link else [],
    )  # fmt: skip


def _name(authorship: dict[str, Any]) -> str | None:
    return text_of(dict_of(authorship.get("author")).get("display_name")) or text_of(authorship.get("raw_author_name"))


def _arxiv(work: dict[str, Any]) -> str | None:
    """The work's address on arXiv, if it is there."""
    links = (text_of(dict_of(place).get("landing_page_url")) for place in list_of(work.get("locations")))
    return next((link for link in links if link and is_arxiv_url(link)), None)


FORMAT = json_format(
    "openalex",
    "JSON with abstract_inverted_index or authorships",
    _entry,
    ("abstract_inverted_index",),
    ("authorships", "primary_location"),
    listing="openalex",
    container="results",
)
