"""OpenReview notes: values in `content`, plain (API 1) or as `{"value": …}` (API 2)."""

import re
from datetime import UTC, datetime
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.json_values import integer_of, text_of, texts_of
from papersieve.pipeline.extract.shared.record_formats import json_format

#: Content that is an object with a title, which may follow values that are objects themselves.
_CONTENT = re.compile(r'"content"\s*:\s*\{(?:[^{}]|\{[^{}]*\}){0,4000}?"title"\s*:')


def _entry(_: str, value: Any) -> Entry | None:
    if not isinstance(value, dict) or not isinstance(value.get("content"), dict):
        return None
    content = {key: v["value"] if isinstance(v, dict) and "value" in v else v for key, v in value["content"].items()}
    title, abstract = text_of(content.get("title")), text_of(content.get("abstract"))
    if not abstract and not content.get("authors"):
        return None
    date = _day(value.get("pdate") or value.get("cdate") or value.get("tcdate"))
    forum = text_of(value.get("forum") or value.get("id"))
    return Entry(
        title=title, abstract=abstract, authors=texts_of(content.get("authors") or []),
        venue=text_of(content.get("venue")),
        published_raw=date,
        categories=texts_of(content.get("keywords") or []), said=content,
        urls=[f"https://openreview.net/forum?id={forum}"] if forum else [],
    )  # fmt: skip


def _day(milliseconds: Any) -> str | None:
    """The day of a time in milliseconds since 1970; None if it is not one."""
    number = integer_of(milliseconds)
    if number is None or not 0 < number < 253_402_300_800_000:
        return None
    return datetime.fromtimestamp(number / 1000, UTC).date().isoformat()


FORMAT = json_format(
    "openreview",
    "JSON whose objects have content with a title, and a forum",
    _entry,
    ("content", "title", "forum"),
    ("content", "title", "abstract"),
    has=_CONTENT.search,
    listing="openreview",
    container="notes",
)
