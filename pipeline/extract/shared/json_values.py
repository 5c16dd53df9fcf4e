"""JSON values as texts and numbers, also from lists and objects; objects as Python prints them; depth of nesting."""

import ast
import re
import warnings
from contextlib import suppress
from typing import Any

from papersieve.pipeline.extract.shared.markup import without_tags

_MARKUP = re.compile(r"<[^<>]{1,200}>")


def text_of(value: Any) -> str | None:
    """A text or number as text, or the first one in a list; None for anything else."""
    if isinstance(value, list):
        return next((t for v in value if (t := text_of(v))), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python writes
        return None


def dict_of(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty object."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The value if it is a list, else an empty list."""
    return value if isinstance(value, list) else []


def joined(value: Any) -> str | None:
    """A text with white space as single spaces; None if it is empty."""
    return " ".join((text_of(value) or "").split()) or None


def integer_of(value: Any) -> int | None:
    """An integer, or a text of up to 15 digits, as an integer; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value.strip()) else None


def texts_of(value: Any, *keys: str) -> list[str]:
    """The texts in a list or a single value; an object gives the text of the first of these keys that it has."""
    values = value if isinstance(value, list) else [value]
    found = []
    for item in values:
        if isinstance(item, dict):
            item = next((item[key] for key in keys if item.get(key)), None)
        if text := text_of(item):
            found.append(text)
    return found


def without_markup(text: str | None) -> str | None:
    """The text without tags such as `<jats:p>`; most leave a space, typesetting tags none."""
    return _MARKUP.sub(" ", without_tags(text)) if text else None


def python_value(text: str) -> Any:
    """The object or list in a text as Python prints it, `{'title': None}`; None if the text is not a literal."""
    with warnings.catch_warnings(), suppress(ValueError, SyntaxError, RecursionError, MemoryError):
        warnings.simplefilter("ignore")  # about escapes that Python does not know
        return ast.literal_eval(text.strip())
    return None


_NESTING = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def is_deep(text: str, levels: int) -> bool:
    """Whether brackets outside strings are nested deeper than this many levels."""
    if text.count("[") + text.count("{") <= levels:
        return False
    depth = 0
    for found in _NESTING.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > levels:
                return True
        elif mark in "]}":
            depth -= 1
    return False
