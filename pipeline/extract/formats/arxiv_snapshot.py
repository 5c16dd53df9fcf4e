"""arXiv's metadata snapshot (OAI, as published on Kaggle): JSON lines with `id`, `authors_parsed`, `versions`."""

from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.json_values import joined, list_of, text_of, texts_of
from papersieve.pipeline.extract.shared.record_formats import json_format


def _entry(_: str, value: Any) -> Entry | None:
    if not isinstance(value, dict) or not (title := text_of(value.get("title"))):
        return None
    versions = [v for v in list_of(value.get("versions")) if isinstance(v, dict)]
    date = text_of(versions[0].get("created")) if versions else text_of(value.get("update_date"))
    identifier = text_of(value.get("id")) or ""
    version = text_of(versions[-1].get("version")) if versions else None
    return Entry(
        types=["preprint"], said=value, taken=("id", "title", "abstract", "authors", "authors_parsed", "categories"),
        title=" ".join(title.split()), abstract=joined(value.get("abstract")),
        authors=[n for name in list_of(value.get("authors_parsed")) if (n := _name(list_of(name)))] or texts_of(value.get("authors")),
        venue=text_of(value.get("journal-ref")), published_raw=date,
        doi=text_of(value.get("doi")), arxiv=identifier + (version or ""),
        categories=(text_of(value.get("categories")) or "").split(),
    )  # fmt: skip


def _name(parts: list[Any]) -> str:
    """`[last, first, suffix]` as `first last suffix`."""
    last, first, suffix, *_ = [*(p if isinstance(p, str) else "" for p in parts), "", "", ""]
    return " ".join(p for p in (first, last, suffix) if p)


FORMAT = json_format(
    "arxiv_snapshot",
    "JSON lines with authors_parsed, categories",
    _entry,
    ("authors_parsed", "abstract", "categories"),
    listing="arxiv",
)
