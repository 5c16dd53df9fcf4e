"""Objects in TOML: the document itself, and the tables in its lists (`[[paper]]`), each with its line."""

import re
import tomllib
from contextlib import suppress
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
    """The objects in a text and their lines, values as texts; none if it is not TOML.

    >>> toml_objects('[[paper]]\\ntitle = "Lamps"\\nyear = 2020')
    [({'title': 'Lamps', 'year': '2020'}, 1)]
    """
    lines, at, line = dict[str, list[int]](), 0, 1
    for found in _TABLE.finditer(text):
        line, at = line + text.count("\n", at, found.start("name")), found.start("name")
        lines.setdefault(found["name"], []).append(line)
    with suppress(tomllib.TOMLDecodeError, ValueError, RecursionError):
        root = tomllib.loads(text)
        own = {name: _plain(value) for name, value in root.items() if name not in lines}
        listed = [
            (_plain(value), line)
            for name, places in lines.items() if isinstance(root.get(name), list)
            for value, line in zip(root[name], places, strict=False)
        ]  # fmt: skip
        return [*([(own, 1)] if own else []), *sorted(listed, key=lambda each: each[1])]
    return []


def _plain(value: Any) -> Any:
    """The value with numbers and dates as texts."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str) else str(value)
