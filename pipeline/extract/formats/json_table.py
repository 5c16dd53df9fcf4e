"""Rows as JSON: an object a line, or a list of them, with columns that are guessed or that settings name."""

import json
import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats.crossref import CUSTOM
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.column_names import Mapped
from papersieve.pipeline.extract.shared.json_entries import has_keys, read_json
from papersieve.pipeline.extract.shared.table_columns import entry_of, is_table, mapping
from papersieve.pipeline.extract.shared.table_row import with_inner

#: Sets of keys whose meaning is remembered: objects of one dump have few.
_MOST_MAPPINGS = 1_000


def recognises(head: Head) -> str | None:
    """Objects have a key that can be a title or an abstract."""
    if head.text.lstrip()[:1] not in ("{", "["):
        return None
    wanted = dict.fromkeys([*head.columns.values(), *_keys(head.text)])
    found = [key for key in wanted if has_keys(head, key)]
    return f"its objects have the keys {', '.join(found[:12])}" if is_table(found, head.columns) else None


def _keys(text: str) -> list[str]:
    """Keys that stand in a text, whatever objects they are of."""
    return list(dict.fromkeys(json.loads(f'"{k}"') for k in re.findall(r'"([\w .:@-]{1,60})"\s*:', text)))


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry an object with a title or an abstract, each by its own keys: objects may lack some."""
    told = False
    mapped_by_keys: dict[tuple[str, ...], tuple[Mapped, str]] = {}

    def make(_: str, value: Any) -> Entry | None:
        nonlocal told
        if not isinstance(value, dict):
            return None
        if isinstance(custom := value.get(CUSTOM), dict):  # an item of CSL-JSON that says little
            value = {**custom, **value}
        if isinstance(inside := value.get("metadata"), dict) and "title" not in value:  # of papers as CORD-19 has them
            value = {**inside, **value}
        inner = with_inner(value)
        keys = tuple(inner)
        if keys not in mapped_by_keys:
            if len(mapped_by_keys) >= _MOST_MAPPINGS:
                mapped_by_keys.clear()
            mapped_by_keys[keys] = mapping(list(value), dump.reading, (key for key in keys if key not in value))
        mapped, said = mapped_by_keys[keys]
        entry = entry_of(value, mapped, inner=inner)
        if entry and not told:
            told = True
            dump.ledger.notice(1, "columns", said)
        return entry

    yield from read_json(dump, make)


FORMAT = Format("json_table", "JSON objects with a title or an abstract", recognises, extract)
