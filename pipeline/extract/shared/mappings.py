"""The meaning of columns in rows that each have their own keys, worked out once for each set of keys."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.open_dump import OpenDump
from papersieve.pipeline.extract.shared.column_names import Mapped
from papersieve.pipeline.extract.shared.json_values import python_value
from papersieve.pipeline.extract.shared.table_columns import entry_of, mapping
from papersieve.pipeline.extract.shared.table_row import with_inner

#: The most characters of a cell that is read as an object.
_LONGEST = 20_000
#: Sets of keys whose meaning is remembered; the objects of one dump have few.
_MOST_MAPPINGS = 1_000


class Mappings:
    """Entries from rows of one dump; the first one gives a notice of its columns.

    by_commas: commas may separate authors; None if every second one does. is_told: the notice has already been given.
    """

    def __init__(self, dump: OpenDump, *, by_commas: bool | None = True, is_told: bool = False) -> None:
        self.dump, self.by_commas, self.is_told = dump, by_commas, is_told
        self.by_keys: dict[tuple[str, ...], tuple[Mapped, str]] = {}

    def known(self, value: Mapping[str, Any], mapped: Mapped) -> Entry | None:
        """The entry in a row, read by these columns; None if there is none."""
        return entry_of(value, mapped, by_commas=self.by_commas)

    def entry(self, value: Mapping[str, Any]) -> Entry | None:
        """The entry in a row, read by its own keys and those inside its objects; None if there is none."""
        inner = with_inner(value)
        keys = tuple(inner)
        if keys not in self.by_keys:
            if len(self.by_keys) >= _MOST_MAPPINGS:
                self.by_keys.clear()
            self.by_keys[keys] = mapping(list(value), self.dump.reading, (key for key in keys if key not in value))
        mapped, said = self.by_keys[keys]
        entry = entry_of(value, mapped, by_commas=self.by_commas, inner=inner)
        if entry and not self.is_told:
            self.is_told = True
            self.dump.ledger.notice(1, "columns", said)
        return entry


def objects_in(cells: Mapping[str, str]) -> dict[str, Any]:
    """The objects in cells that hold one as JSON or as Python prints it, as in tables that pandas made of API answers.

    >>> objects_in({"title": "Lamps", "externalIds": "{'DOI': '10.1000/1'}"})
    {'externalIds': {'DOI': '10.1000/1'}}
    """
    likely = [name for name, cell in cells.items() if cell[:1] == "{"]
    if not likely:  # as in most rows
        return {}
    found = {name: _read(cells[name]) for name in likely if len(cells[name]) <= _LONGEST}
    return {name: value for name, value in found.items() if isinstance(value, dict)}


def _read(cell: str) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(cell)
    return python_value(cell)
