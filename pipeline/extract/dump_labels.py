"""Labels that people give to dumps: the source of an export, the search, its date, the phase of the work.

They are in the file `_dumps.toml` next to the dumps, one table per pattern of file names:

    ["scopus*.ris"]
    source = "Scopus"
    query = "TITLE-ABS-KEY(bees)"
    date = 2026-01-05
    phase = "database search"
"""

import datetime as dt
import os
import tomllib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from papersieve.pipeline.errors import SettingsError
from papersieve.pipeline.extract.places.address import is_elsewhere
from papersieve.pipeline.extract.places.location import archive_of, file_of

LABELS = "_dumps.toml"


class Label(NamedTuple):
    """The label of a dump, as columns of dumps; null if not stated."""

    source: str | None = None
    query: str | None = None
    searched_on: dt.date | None = None
    phase: str | None = None


_NONE = Label()


class _Said(BaseModel):
    """One table of the file of labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str | None = None
    query: str | None = None
    date: dt.date | None = None
    phase: str | None = None


def label_of(location: str, labels: "LabelFiles") -> Label:
    """The label of the first pattern that matches the name of the dump's file; empty if none does.

    Remote dumps have no labels. Raises SettingsError if the file of labels can't be used.
    """
    if is_elsewhere(location):
        return _NONE
    folder, name = os.path.split(archive_of(location))
    if not (said := labels.of(folder)):
        return _NONE
    return next((label for pattern, label in said.items() if fnmatch(file_of(name).name, pattern)), _NONE)


class LabelFiles:
    """The files of labels; each is read once."""

    def __init__(self) -> None:
        self._read = cache(_read)

    def of(self, folder: str) -> dict[str, Label]:
        """Labels by pattern, for the folder at this location."""
        return self._read(folder)


def _read(folder: str) -> dict[str, Label]:
    path = file_of(folder) / LABELS
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: can't read the labels of dumps: {error}") from error
    return {pattern: _label(path, pattern, said) for pattern, said in tables.items()}


def _label(path: Path, pattern: str, said: object) -> Label:
    try:
        found = _Said.model_validate(said)
    except ValidationError as error:
        where = ".".join(map(str, (pattern, *error.errors()[0]["loc"])))
        raise SettingsError(
            f'{path}: {where}: expected a table ["NAME*"] with source, query, phase (texts) and date (YYYY-MM-DD), '
            f"found {error.errors()[0]['input']!r:.80}"
        ) from error
    return Label(found.source, found.query, found.date, found.phase)
