"""Objects in TOML: the document itself, and the tables in its lists (`[[paper]]`), each with its line."""

import re
import tomllib
from contextlib import suppress
from itertools import pairwise
from typing import Any

_LIST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*+[ \t]*\[\[[\w.-]+\]\][ \t]*(?:#[^\n]*)?\n")
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*(?P<name>[\w-]+)[ \t]*\]\]", re.MULTILINE)


def is_toml_list(text: str) -> bool:
    """Whether a text begins with the first table of a list.

    >>> is_toml_list('# ours\\n[[paper]]\\ntitle = "Lamps"'), is_toml_list('[project]\\nname = "lamps"')
    (True, False)
    """
    return _LIST.match(text) is not None


def toml_objects(text: str) -> list[tuple[dict[str, Any], int]]:
    """The objects in a text and their lines, values as texts; none if it is not TOML. A broken one of several is empty.

    >>> toml_objects('[[paper]]\\ntitle = "Lamps"\\nyear = 2020')
    [({'title': 'Lamps', 'year': '2020'}, 1)]
    """
    lines, at, line = dict[str, list[int]](), 0, 1
    for found in _TABLE.finditer(text):
        line, at = line + text.count("\n", at, found.start("name")), found.start("name")
        lines.setdefault(found["name"], []).append(line)
    starts = [found.start() for found in _TABLE.finditer(text)]
    with suppress(tomllib.TOMLDecodeError, ValueError, RecursionError):
        root = tomllib.loads(text)
        own = {name: _plain(value) for name, value in root.items() if name not in lines}
        listed = [
            (_plain(value), line)
            for name, places in lines.items() if isinstance(root.get(name), list)
            for value, line in zip(root[name], places, strict=False)
        ]  # fmt: skip
        return [*([(own, 1)] if own else []), *sorted(listed, key=lambda each: each[1])]
    if len(starts) < 2:
        return []
    parts = [(text[start:end], text.count("\n", 0, start)) for start, end in pairwise([*starts, len(text)])]
    return [(value, line + above) for part, above in parts for value, line in toml_objects(part) or [({}, 1)]]


def _plain(value: Any) -> Any:
    """The value with numbers and dates as texts."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str) else str(value)
