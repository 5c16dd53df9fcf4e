"""Values of JSON as texts and numbers, of lists and objects too; objects as Python prints them; how deep texts nest."""

import ast
import re
import warnings
from contextlib import suppress
from typing import Any

from papersieve.pipeline.extract.shared.markup import without_tags

_MARKUP = re.compile(r"<[^<>]{1,200}>")


def text_of(value: Any) -> str | None:
    """Return a text or number as text, the first of a list; None of anything else."""
    if isinstance(value, list):
        return next((t for v in value if (t := text_of(v))), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python writes
        return None


def dict_of(value: Any) -> dict[str, Any]:
    """Return an object; an empty one of anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """Return a list; an empty one of anything else."""
    return value if isinstance(value, list) else []


def joined(value: Any) -> str | None:
    """Return a text with its white space as single blanks."""
    return " ".join((text_of(value) or "").split()) or None


def integer_of(value: Any) -> int | None:
    """Return a number, or a text of digits, as an integer; None of anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value.strip()) else None


def texts_of(value: Any, *keys: str) -> list[str]:
    """Return the texts of a list, or of one of the keys of the objects in it."""
    values = value if isinstance(value, list) else [value]
    found = []
    for item in values:
        if isinstance(item, dict):
            item = next((item[key] for key in keys if item.get(key)), None)
        if text := text_of(item):
            found.append(text)
    return found


def without_markup(text: str | None) -> str | None:
    """Return the text without tags such as `<jats:p>`; those that typeset leave no blank."""
    return _MARKUP.sub(" ", without_tags(text)) if text else None


def python_value(text: str) -> Any:
    """The object or list that a text shows as Python prints it, `{'title': None}`; None where it is no literal."""
    with warnings.catch_warnings(), suppress(ValueError, SyntaxError, RecursionError, MemoryError):
        warnings.simplefilter("ignore")  # of escapes that Python does not know
        return ast.literal_eval(text.strip())
    return None


_NESTING = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def is_deep(text: str, levels: int) -> bool:
    """Whether brackets outside of strings are nested deeper."""
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
