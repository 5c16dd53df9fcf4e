"""Rows as JSON: an object a line, or a list of them, with columns that are guessed or that settings name."""

import json
import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.json_entries import has_keys, read_json
from papersieve.pipeline.extract.shared.table_columns import entry_of, is_table, mapping


def recognises(head: Head) -> str | None:
    """Objects have a key that can be a title or an abstract."""
    if head.text.lstrip()[:1] not in ("{", "["):
        return None
    wanted = list(head.columns.values()) if head.columns else _keys(head.text)
    found = [key for key in wanted if has_keys(head, key)]
    return f"its objects have the keys {', '.join(found[:12])}" if is_table(found, head.columns) else None


def _keys(text: str) -> list[str]:
    """Keys that stand in a text, whatever objects they are of."""
    return list(dict.fromkeys(json.loads(f'"{k}"') for k in re.findall(r'"([\w .-]{1,60})"\s*:', text)))


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry an object with a title or an abstract, each by its own keys: objects may lack some."""
    told = False

    def make(_: str, value: Any) -> Entry | None:
        nonlocal told
        if not isinstance(value, dict):
            return None
        mapped, said = mapping([key for key in value if isinstance(key, str)], dump.reading)
        entry = entry_of(value, mapped)
        if entry and not told:
            told = True
            dump.ledger.notice(1, "columns", said)
        return entry

    yield from read_json(dump, make)


FORMAT = Format("json_table", "JSON objects with a title or an abstract", recognises, extract)
