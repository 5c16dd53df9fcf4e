"""Rows of tables, read by our columns, with the values inside objects."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from papersieve.pipeline.extract.shared.column_names import Mapped, inner_name
from papersieve.pipeline.extract.shared.field_parts import is_missing
from papersieve.pipeline.extract.shared.json_values import integer_of, list_of, python_value, text_of

#: A list of one text as Python prints it.
_ALONE = re.compile(r"^\[(['\"])((?:(?!\1,\s).)*)\1\]$", re.DOTALL)
#: A value of BibTeX in a pair of braces too many, as JabRef leaves those of Web of Science in its tables.
_BRACED = re.compile(r"^\{([^{}]*)\}$", re.DOTALL)


class Row:
    """A row of a table, read by our columns: if the table has several for one, the first with a value counts."""

    def __init__(self, values: Mapping[str, Any], mapped: Mapped) -> None:
        self.values, self.mapped = values, mapped

    def each(self, ours: str) -> list[Any]:
        """The values of our column that are not empty, the best first."""
        if ours not in self.mapped:
            return []
        return [v for theirs in self.mapped[ours] if not _is_empty(v := self.values.get(theirs), ours)]

    def first(self, ours: str) -> Any:
        """The best value of our column; None if all are empty."""
        return next(iter(self.each(ours)), None)

    def taken(self, ours: str) -> str | None:
        """The name of the table's column that has the best value of ours."""
        return next((theirs for theirs in self.mapped.get(ours, ()) if self.values.get(theirs)), None)

    def text(self, ours: str) -> str | None:
        """The best value as text; None if there is none."""
        for theirs in self.mapped.get(ours, ()):
            value = self.values.get(theirs)
            if isinstance(value, str):
                if value and not _is_empty(value, ours):
                    return _ALONE.sub(r"\2", value) if value[0] == "[" else _BRACED.sub(r"\1", value)
            elif value is not None and (text := text_of(named(value))):
                return text
        return None


def _is_empty(value: Any, ours: str) -> bool:
    """Whether a value is missing from our column; a title may be a word such as None."""
    if isinstance(value, str):
        return not value or value.isspace() or is_missing(value, in_title=ours == "title")
    return value is None or value in ([], {})


def named(value: Any, level: int = 0) -> Any:
    """The name in an object, as journals, places and institutions come; for a list, the names in its members.

    >>> named({"title": {"value": "Lamps"}}), named([{"value": "10.1000/1"}])
    ('Lamps', ['10.1000/1'])
    """
    if level == _LEVELS or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [named(each, level + 1) for each in value]
    inside = value.values() if len(value) == 1 and isinstance(next(iter(value.values())), dict) else ()
    return named(next((value[key] for key in _CALLED if value.get(key)), next(iter(inside), None)), level + 1)


def date_text(value: Any) -> str | None:
    """A date as text, also from CSL's `{"date-parts": [[2020, 3, 7]]}`.

    >>> date_text({"date-parts": [[2020, 3, 7]]}), date_text(2020)
    ('2020-03-07', '2020')
    """
    if isinstance(value, str) and value.startswith("[["):  # in a cell
        value = {"date-parts": python_value(value)}
    if isinstance(value, list) and value and isinstance(value[0], dict):  # CSL in YAML
        value = value[0]
    if isinstance(value, dict):
        if year := text_of(named(value.get("year"))):
            return "-".join([year, *(said for key in ("month", "day") if (said := text_of(named(value.get(key)))))])
        parts = list_of(next(iter(list_of(value.get("date-parts"))), None))
        numbers = [integer_of(part) for part in parts[:3]]
        if not numbers or None in numbers:
            return text_of(value.get("raw") or value.get("literal") or value.get("value"))
        return "-".join(f"{number:04d}" if at == 0 else f"{number:02d}" for at, number in enumerate(numbers))
    return text_of(value)


#: Keys that hold an object's name.
_CALLED = ("name", "title", "display_name", "value", "url", "raw", "abstract")
#: Keys in a list of identifiers: {"type": "doi", "value": "10.1000/1"}.
_KINDS = ("type", "idtype", "external-id-type", "@type", "scheme")
_VALUES = ("value", "id", "external-id-value", "@value", "identifier")
#: Levels of objects that are searched, and the most keys of one: a larger object is not part of an entry.
_LEVELS, _MOST_KEYS = 3, 50


def with_inner(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, preceded by those inside objects that our columns take, as `object.name`; identifiers as `list.kind`.

    >>> list(with_inner({"journal": {"volume": "4"}, "ids": [{"type": "doi", "id": "10.1000/1"}]}).items())[:2]
    [('journal.volume', '4'), ('ids.doi', '10.1000/1')]
    """
    inner = dict[str, Any]()
    for key, value in values.items():
        if value.__class__ is dict or value.__class__ is list:
            _add(inner, key, value, 1)
    return {**inner, **values} if inner else values


def _add(inner: dict[str, Any], key: str, value: Any, level: int) -> None:
    if isinstance(value, list):
        first = value[0] if value else None
        if first.__class__ is not dict:
            return
        if any(kind in first for kind in _KINDS) and len(value) <= _MOST_KEYS:
            value = {
                kind: text for each in reversed(value) if isinstance(each, dict) for kind, text in _identifier(each)
            }  # the first of each kind is kept
        else:
            is_place = key == "publication_info" or (len(value) == 1 and key.startswith(("journal", "source.series")))
            value = first if is_place else {}
    if not isinstance(value, dict) or len(value) > _MOST_KEYS:
        return
    for name, each in value.items():
        if each is not None and (dotted := inner_name(key, name)):
            inner[dotted] = each
        if (each.__class__ is dict or each.__class__ is list) and level < _LEVELS:
            _add(inner, f"{key}.{name}", each, level + 1)


def _identifier(each: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The kind and the value of one item in a list of identifiers, if it has both."""
    kind, value = (next((each[key] for key in keys if key in each), None) for keys in (_KINDS, _VALUES))
    if isinstance(kind, str) and isinstance(value, str):
        yield kind.rpartition(":")[2], value  # CiNii has cir:DOI
