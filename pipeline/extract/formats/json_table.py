"""Rows as JSON: one object per line or a list of objects, with columns guessed or named in the settings."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats.crossref import CUSTOM
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.feeds import is_feed_of_posts
from papersieve.pipeline.extract.shared.identifiers import is_arxiv_id, is_doi
from papersieve.pipeline.extract.shared.json_entries import Maker, has_keys, parse, read_json
from papersieve.pipeline.extract.shared.mappings import Mappings
from papersieve.pipeline.extract.shared.table_columns import is_table

#: The start of a table written column by column, and the fewest columns and rows that it must have.
_COLUMNS = re.compile(rb'\s*\{\s*"[^"]{1,60}"\s*:\s*(?:\{\s*"\d+"\s*:|\[\s*(?:["\d]|null))')
_FEWEST = 2
#: Keys under which an object without a title describes the paper, as in CORD-19 and scholarly.
_ABOUT = ("metadata", "bib")


def recognises(head: Head) -> str | None:
    """Objects have a key that can be a title or an abstract."""
    if head.text.lstrip()[:1] not in ("{", "[") or is_feed_of_posts(head.text):
        return None
    wanted = dict.fromkeys([*head.columns.values(), *_keys(head.text)])
    found = [key for key in wanted if has_keys(head, key)]
    return f"its objects have the keys {', '.join(found[:12])}" if is_table(found, head.columns) else None


def _keys(text: str) -> list[str]:
    """All keys in a text, whatever objects they belong to."""
    return list(dict.fromkeys(key for _, key in re.findall(r"""(["'])([\w .:@-]{1,60})\1\s*:""", text)))


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry per object with a title or an abstract; each is mapped by its own keys, as some may be missing."""
    rows = Mappings(dump)

    def make(key: str, value: Any) -> Entry | None:
        if not isinstance(value, dict) or _is_feed(value):
            return None
        if isinstance(custom := value.get(CUSTOM), dict):  # a CSL-JSON item with few keys
            value = {**custom, **value}
        for name in _ABOUT:
            if isinstance(inside := value.get(name), dict) and "title" not in value:
                value = {**inside, **value}
        entry = rows.entry(value)
        if entry and key and is_arxiv_id(key):
            entry.arxiv = entry.arxiv or key
        elif entry and key and is_doi(key):
            entry.doi = entry.doi or key
        return entry

    yield from _by_columns(dump, make) or read_json(dump, make)


def _by_columns(dump: OpenDump, make: Maker) -> list[Entry]:
    """The entries of a table by columns, as pandas writes it: for each column a list, or an object keyed by row number.

    Each entry spans all lines of the dump.
    """
    if not _COLUMNS.match(dump.head().data):
        return []
    value, _ = parse(dump.text(), dump)
    entries = [entry for row in _rows(value) if (entry := make("", row))]
    lines = [number for number, _ in dump.page()] if entries else []
    for entry in entries:
        entry.line_start, entry.line_end = lines[0], lines[-1]
    return entries


def _rows(value: Any) -> list[dict[str, Any]]:
    """The rows of a table by columns of equal length, at least two of each; empty for any other value.

    A single paper may have lists too, of authors or of titles in two languages, but not of dates or identifiers.
    """
    if not isinstance(value, dict) or not all(isinstance(column, list | dict) for column in value.values()):
        return []
    columns = {name: column if isinstance(column, dict) else dict(enumerate(column)) for name, column in value.items()}
    places = next(iter(columns.values()), {}).keys()
    if len(columns) < _FEWEST or len(places) < _FEWEST or any(each.keys() != places for each in columns.values()):
        return []
    is_numbered = all(isinstance(column, dict) for column in value.values())
    if not is_numbered and not {"published", "doi", "arxiv", "pmid"} & guess_columns(list(columns)).keys():
        return []
    return [{name: column[place] for name, column in columns.items()} for place in places]


def _is_feed(value: dict[str, Any]) -> bool:
    """Whether the title is that of a list of papers: CiNii and JSON feeds hold papers as `items`."""
    items = value.get("items")
    return isinstance(items, list) and bool(items) and isinstance(items[0], dict) and "title" in items[0]


FORMAT = Format("json_table", "JSON objects with a title or an abstract", recognises, extract)
