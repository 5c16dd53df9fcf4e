"""The fields of an entry that no column of records takes, as one JSON object by the source's names."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

#: Texts of at least this length that occur in the abstract are part of it: its sections.
_SECTION_CHARS = 40
#: The key for the names of fields that were too large.
LEFT_OUT = "left_out"

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":")).encode


def other_fields(
    said: Mapping[str, Any], taken: Collection[str], ours: Collection[Any], abstract: str | None, most: int
) -> str | None:
    """The fields that are in no column of ours, as JSON; None if there are none.

    If the JSON would be longer than `most`, the largest fields are left out and named in `left_out`. said: fields by
    the source's names. taken: names of those that our columns hold in another form. ours: values of our columns.

    >>> other_fields({"TI": ["Lamps"], "AN": ["12"], "KW": ["lamps", "bees"]}, (), {"Lamps", "lamps"}, None, 100)
    '{"AN":"12","KW":"bees"}'
    """
    found = {}
    for name, value in said.items():
        # Most texts are in our columns, so this cheap check comes first.
        each = value if value.__class__ is list else (value,)
        if name in taken or not [v for v in each if v.__class__ is not str or v not in ours]:
            continue
        left = _left(value, ours, abstract or "")
        if left is not None and (text := _text(left)):
            found[name] = text
    if not found:
        return None
    sizes = {name: len(_encode(name)) + len(text) + 2 for name, text in found.items()}
    if 1 + sum(sizes.values()) > most:
        return _largest_left_out(found, sizes, most)
    return _joined(found)


def names_of(texts: Iterable[str | None]) -> Iterable[str]:
    """The names of fields in such objects, each as often as objects have it."""
    return (name for text in texts if text for name in json.loads(text))


def _left(value: Any, ours: Collection[Any], abstract: str) -> Any:
    """The part of a value that is in no column of ours; None if nothing is left."""
    match value:
        case str():
            text = value.strip()
            is_ours = not text or value in ours or text in ours or (len(text) >= _SECTION_CHARS and text in abstract)
            return None if is_ours else text
        case list() | tuple():
            if len(value) == 1:
                return _left(value[0], ours, abstract)
            left = [kept for each in value if (kept := _left(each, ours, abstract)) is not None]
            return left[0] if len(left) == 1 else left or None
        case dict():
            return {
                key: kept for key, each in value.items() if (kept := _left(each, ours, abstract)) is not None
            } or None
        case bool() | None:
            return value
    return None if str(value) in ours else value


def _text(value: Any) -> str | None:
    """A value as JSON; None if JSON can't hold it, such as an infinite number."""
    try:
        return _encode(value)
    except (ValueError, TypeError, RecursionError):
        return None


def _largest_left_out(found: dict[str, str], sizes: dict[str, int], most: int) -> str | None:
    kept, size, left_out = dict[str, str](), 1, list[str]()
    for name in sorted(found, key=sizes.__getitem__):
        size += sizes[name]
        if size <= most:
            kept[name] = found[name]
        else:
            left_out.append(name)
    return _joined({LEFT_OUT: _encode(left_out), **{name: text for name, text in found.items() if name in kept}})


def _joined(found: dict[str, str]) -> str:
    return "{" + ",".join(f"{_encode(name)}:{text}" for name, text in found.items()) + "}"
