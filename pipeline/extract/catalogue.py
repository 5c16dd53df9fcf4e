"""What every format is, and an example of it, in the order in
which they are asked: for the command, the docs, the tests.
"""

import io
from dataclasses import dataclass
from importlib.resources import files

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract import formats
from papersieve.pipeline.extract.detect import installed, named
from papersieve.pipeline.extract.entries import Format
from papersieve.pipeline.extract.open_dump import OpenDump
from papersieve.pipeline.reading_settings import Reading

#: Example of the formats of tables that are no text: the same table.
_TABLE = "csv_table"


@dataclass(frozen=True)
class Described:
    """A format as people are told of it.

    about: what its module says it is; looks_like: what it is told by; is_whole: whether a dump of it is read at once,
    None where only its package knows; package: who brought it, None of ours; example: a dump of it, as text.
    """

    name: str
    about: str
    looks_like: str
    is_whole: bool | None
    package: str | None
    example: str | None


def catalogue() -> list[Described]:
    """Every format that is known, each as `described`."""
    return [described(name) for name in installed().formats]


def described(name: str) -> Described:
    """The format of a name; raises SettingsError where there is none."""
    known, package = named(name), installed().packages.get(name)
    example = None if package else _example(known)
    is_whole = known.name == "workbook" if known.is_binary else example and _is_whole(known, example)
    return Described(name, _about(known), known.looks_like, None if package else bool(is_whole), package, example)


def _about(known: Format) -> str:
    said = (getattr(known.make or known.extract, "__globals__", {}).get("__doc__") or known.looks_like).strip()
    return str(said.splitlines()[0])


def _example(known: Format) -> str:
    """The text beside the formats that has its name; of tables that are no text, the table as text."""
    wanted = _TABLE if known.is_binary else known.name
    found = next(f for f in (files(formats) / "examples").iterdir() if f.name.partition(".")[0] == wanted)
    return found.read_text(encoding="utf-8")


def _is_whole(known: Format, example: str) -> bool:
    """Whether a limit on dumps that are read at once stops it."""
    data = example.encode()
    opened = OpenDump(known.name, lambda: io.BytesIO(data), len(data), Reading(max_page_bytes=1))
    try:
        for _ in known.extract(opened):
            pass
    except DumpError as error:
        return error.reason_code == "too_large"
    return False
