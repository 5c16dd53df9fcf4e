"""A row of a table, asked by our columns: of several of theirs the first that says something."""

from collections.abc import Mapping
from typing import Any

from papersieve.pipeline.extract.shared.json_entries import text_of

Mapped = dict[str, list[str]]

#: What tables write for nothing, each between blanks; a title may be one of these words.
_NOTHING = " na n/a nan null none - "
_LONGEST_NOTHING = 6


class Row:
    """A row of a table, asked by our columns: of several of theirs the first that says something."""

    def __init__(self, values: Mapping[str, Any], mapped: Mapped) -> None:
        self.values, self.mapped = values, mapped

    def each(self, ours: str) -> list[Any]:
        """The values of our column that say something, the best first."""
        if ours not in self.mapped:
            return []
        nothing = "" if ours == "title" else _NOTHING
        return [v for theirs in self.mapped[ours] if not _says_nothing(v := self.values.get(theirs), nothing)]

    def first(self, ours: str) -> Any:
        """The best value of our column; None where none says anything."""
        return next(iter(self.each(ours)), None)

    def taken(self, ours: str) -> str | None:
        """Name of the column that the best value of ours is from."""
        return next((theirs for theirs in self.mapped.get(ours, ()) if self.values.get(theirs)), None)

    def text(self, ours: str) -> str | None:
        """The best value as text."""
        for theirs in self.mapped.get(ours, ()):
            value = self.values.get(theirs)
            if isinstance(value, str):
                if value and not _says_nothing(value, "" if ours == "title" else _NOTHING):
                    return value
            elif value is not None and (text := text_of(named(value))):
                return text
        return None

    def found(self, ours: str, *keys: str) -> str | None:
        """Text of our column, or what an object with the identifiers of the row says under one of these keys."""
        if text := self.text(ours):
            return text
        for value in self.values.values():
            if isinstance(value, dict) and (found := next((value[key] for key in keys if value.get(key)), None)):
                return text_of(found)
        return None


def _says_nothing(value: Any, words: str) -> bool:
    if isinstance(value, str):
        if len(value) > _LONGEST_NOTHING:
            return value.isspace()
        text = value.strip()
        return not text or f" {text.lower()} " in words
    return value is None or value in ([], {})


def named(value: Any) -> Any:
    """What an object is called: journals, places and institutions come as objects with a name."""
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in ("name", "title", "display_name", "value", "url") if value.get(key)), None)
