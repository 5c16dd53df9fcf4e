"""CSV files that people open in a spreadsheet: no cell is a formula, and reading them back has limits."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.extract.shared.field_parts import guarded
from papersieve.warehouse.decisions.decisions import shown
from papersieve.warehouse.harmless import harmless
from papersieve.warehouse.outputs import OutputError, written_aside

#: The most characters of a text that only people read. Python can't read back a cell of more than 131,072.
_TEXT_CHARACTERS = 300

#: The most characters of a line. A row has a few hundred; another file may be a single line of gigabytes.
_LINE_CHARACTERS = 100_000

#: The columns that people fill in.
_ANSWERS = {"decision", "is_one_paper"}

#: Bytes that are not UTF-8, as Python reads them, and NUL, which is frequent in files of other encodings.
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class SpreadsheetError(PapersieveError):
    """A file that can't be read as CSV."""


def write_rows(file: Path, rows: Iterable[Iterable[str]], *, are_read: bool = False) -> None:
    """Write the rows, the header first. An existing file is replaced once the new one is complete.

    are_read: the rows come from such a file, and are written unchanged.
    """
    with written_aside(file) as aside, aside.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(row if are_read else map(guarded, row) for row in rows)


def read_rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its first line.

    Raises SpreadsheetError if a line is not CSV.
    """
    line = 1
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            reader = csv.reader(_lines(file, text), strict=True)
            for cells in reader:
                if cells:
                    yield line, cells
                line = reader.line_num + 1
    except (OSError, csv.Error) as error:
        raise SpreadsheetError(f"{file}, line {line}: expected CSV, but it can't be read: {error}.") from error


def read_table(
    file: Path, what: str, needed: Collection[str], others: Collection[str] = ()
) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows below the header: the place of each, and its cells by column.

    what: what the file should contain, for messages. needed, others: the columns that it must have, and those that it
    may have; each only once. Raises SpreadsheetError if it is not such a file.
    """
    if not file.is_file():  # a pipe, for example, might never end
        raise SpreadsheetError(f"{file}: expected a CSV file of {what}, found {what_is_there(file)}.")
    names: list[str] = []
    for line, cells in read_rows(file):
        place = f"{file}, line {line}"
        if not names:
            names = _header(place, cells, needed, others)
        elif len(cells) != len(names):
            raise SpreadsheetError(f"{place}: expected {len(names)} cells as in the first line, found {len(cells)}.")
        else:
            yield place, dict(zip(names, cells, strict=True))
    if not names:
        columns = ", ".join(needed)
        raise SpreadsheetError(
            f"{file}: expected a CSV file of {what}, found an empty file. Its first line must name the columns {columns}."
        )


def refuse_answers(file: Path | None) -> None:
    """Raise OutputError if a CSV file has answers of people, so that nobody's work is overwritten; None is allowed."""
    columns: list[int] | None = None
    with suppress(SpreadsheetError):  # another file, which is replaced like any output
        for line, cells in read_rows(file) if file and file.is_file() else ():
            if columns is None:
                columns = [at for at, name in enumerate(cells) if name.strip() in _ANSWERS]
            elif any(cells[at].strip() for at in columns if at < len(cells)):
                raise OutputError(
                    f"{file}: expected a file to write to, found one that people filled in (line {line}). Name another "
                    "one; nothing was written."
                )


def _header(place: str, cells: list[str], needed: Collection[str], others: Collection[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if missing := [name for name in needed if name not in names]:
        raise SpreadsheetError(
            f"{place}: expected the columns {', '.join(needed)}, separated by commas; missing: {', '.join(missing)}; "
            f"found {shown(','.join(names))}."
        )
    if twice := [name for name in {**dict.fromkeys(needed), **dict.fromkeys(others)} if names.count(name) > 1]:
        raise SpreadsheetError(f"{place}: expected each column once, found {', '.join(twice)} more than once.")
    return names


def shortened(text: str | None) -> str:
    """The beginning of a text in one line, for people; empty for null."""
    return harmless(text)[:_TEXT_CHARACTERS]


def what_is_there(place: Path) -> str:
    """In words, what is at a place where no file is."""
    if place.is_dir():
        return "a folder"
    return "a pipe or a device" if place.exists() else "no such file"


def _lines(file: Path, text: TextIO) -> Iterator[str]:
    """The lines of a text. A file that is not CSV may be a single line of gigabytes, so lines have a limit."""
    for number, line in enumerate(iter(lambda: text.readline(_LINE_CHARACTERS + 1), ""), start=1):
        if len(line) > _LINE_CHARACTERS:
            raise SpreadsheetError(
                f"{file}, line {number}: expected at most {_LINE_CHARACTERS:,} characters in a line, found more."
            )
        if _NOT_TEXT.search(line):
            raise SpreadsheetError(
                f"{file}, line {number}: expected text in UTF-8 without NUL. Save the file as CSV in UTF-8."
            )
        yield line
