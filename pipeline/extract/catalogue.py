"""A description and an example of every format, in the order they are tried: for the command, the docs and tests."""

import io
from dataclasses import dataclass
from importlib.resources import files

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract import formats
from papersieve.pipeline.extract.detect import installed, known_formats, named
from papersieve.pipeline.extract.entries import Format
from papersieve.pipeline.extract.open_dump import OpenDump
from papersieve.pipeline.reading_settings import Reading

#: Format whose example also serves for binary table formats.
_TABLE = "csv_table"


@dataclass(frozen=True)
class Described:
    """A format as shown to users.

    about: first line of its module's docstring; looks_like: how it is recognised; is_whole: whether its dumps are read
    at once, None if only its package knows; package: where it comes from, None for ours; example: a dump, as text.
    """

    name: str
    about: str
    looks_like: str
    is_whole: bool | None
    package: str | None
    example: str | None


def catalogue() -> list[Described]:
    """All known formats, each as `described`."""
    return [described(known.name) for known in known_formats()]


def described(name: str) -> Described:
    """The description of the format with this name; raises SettingsError if there is none."""
    known, package = named(name), installed().packages.get(name)
    example = None if package else _example(known)
    is_whole = known.name == "workbook" if known.is_binary else example and _is_whole(known, example)
    return Described(name, _about(known), known.looks_like, None if package else bool(is_whole), package, example)


def _about(known: Format) -> str:
    said = (getattr(known.make or known.extract, "__globals__", {}).get("__doc__") or known.looks_like).strip()
    return str(said.splitlines()[0])


def _example(known: Format) -> str:
    """The example file with the format's name; for binary formats, the table as text."""
    wanted = _TABLE if known.is_binary else known.name
    found = next(f for f in (files(formats) / "examples").iterdir() if f.name.partition(".")[0] == wanted)
    return found.read_text(encoding="utf-8")


def _is_whole(known: Format, example: str) -> bool:
    """Whether the format reads dumps at once, found by setting the limit on such dumps to one byte."""
    data = example.encode()
    opened = OpenDump(known.name, lambda: io.BytesIO(data), len(data), Reading(max_page_bytes=1))
    try:
        for _ in known.extract(opened):
            pass
    except DumpError as error:
        return error.reason_code == "too_large"
    return False
