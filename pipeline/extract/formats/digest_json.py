"""Digests of "daily papers" repositories as JSON: by topic and arXiv id, the text of a table row or a list item."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats.digest_table import row_entry
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.json_entries import read_document
from papersieve.pipeline.extract.shared.list_papers import listed

_ROW = re.compile(r'^\s*\{.*?"[^"]+"\s*:\s*"(?:\|\s*\*\*\d{4}-\d{2}-\d{2}\*\*\||- \d{4}-\d{2}-\d{2}, \*\*)', re.DOTALL)


def recognises(head: Head) -> str | None:
    """Values are table rows or list items that start with a date."""
    return "its values are rows or lines such as '|**2024-01-05**|**title**|…'" if _ROW.match(head.text) else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper per row or item."""
    yield from read_document(dump, _entry)


def _entry(_: str, value: Any) -> Entry | None:
    if not isinstance(value, str):
        return None
    return row_entry(value) if value.startswith("|") else next(listed([(0, value.strip())]), None)


FORMAT = Format("digest_json", "JSON whose values are rows or lines of a digest", recognises, extract)
