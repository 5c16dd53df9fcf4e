"""Hugging Face daily papers as the API returns them: a list of `{"paper": {…}}`."""

import re
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.json_values import integer_of, joined, text_of, texts_of
from papersieve.pipeline.extract.shared.record_formats import json_format

#: A "paper" that is an object with one of these keys before any nested object; elsewhere "paper" is a link.
_PAPER = re.compile(r'"paper"\s*:\s*\{[^{}]{0,1000}?"(?:title|summary|authors)"\s*:')


def entry_of(_: str, value: Any) -> Entry | None:
    """The entry of an object of the API, which saved pages contain too; None for other values."""
    if not isinstance(value, dict) or not isinstance(value.get("paper"), dict):
        return None
    paper = value["paper"]
    title = text_of(paper.get("title")) or text_of(value.get("title"))
    abstract = text_of(paper.get("summary")) or text_of(value.get("summary"))
    date = text_of(paper.get("publishedAt")) or text_of(value.get("publishedAt"))
    identifier = text_of(paper.get("id"))
    organisation = paper.get("organization") or value.get("organization")
    return Entry(
        title=joined(title), abstract=joined(abstract),
        authors=texts_of(paper.get("authors") or [], "name"),
        organisation=next(iter(texts_of(organisation, "fullname", "name")), None) if isinstance(organisation, dict) else None,
        published_raw=date,
        arxiv=identifier, categories=texts_of(paper.get("ai_keywords") or []),
        comment_count=integer_of(value.get("numComments")), said=paper,
        taken=("title", "summary", "authors", "organization"),
        urls=[u for key in ("githubRepo", "projectPage") if (u := text_of(paper.get(key)))],
    )  # fmt: skip


FORMAT = json_format(
    "hf_daily_json",
    "JSON whose objects have a paper with a summary",
    entry_of,
    ("paper", "summary"),
    has=_PAPER.search,
    listing="daily_papers",
)
