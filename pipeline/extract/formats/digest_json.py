"""Digests of "daily papers" repositories as JSON: by topic and arXiv id, a row of a markdown table as text."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats.digest_table import row_entry
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.json_entries import read_json

_ROW = re.compile(r'^\s*\{.*?"[^"]+"\s*:\s*"\|\s*\*\*\d{4}-\d{2}-\d{2}\*\*\|', re.DOTALL)


def recognises(head: Head) -> str | None:
    """Values are rows of a table that start with a date."""
    return "its values are rows such as '|**2024-01-05**|**title**|…'" if _ROW.match(head.text) else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper a row."""
    yield from read_json(dump, _entry, head_container="never")


def _entry(_: str, value: Any) -> Entry | None:
    return row_entry(value) if isinstance(value, str) and value.startswith("|") else None


FORMAT = Format("digest_json", "JSON whose values are rows of a table of papers", recognises, extract)
