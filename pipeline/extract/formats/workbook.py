"""Workbooks of Excel and OpenDocument: the sheet named in the settings, or the first with column names."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared import author_commas
from papersieve.pipeline.extract.shared.table_columns import entry_of, is_table, mapping, unique_names

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Bytes that distinguish the zip files of Excel and OpenDocument from others.
_MEMBERS = (b"xl/", b"application/vnd.oasis.opendocument.spreadsheet")

#: Most rows above the column names; a citation report of Web of Science has 27, as charts take most of them.
_MAX_PREFACE = 30


def is_workbook(head: bytes) -> bool:
    """Whether a file with this beginning is a workbook."""
    return head.startswith(_OLE) or (head.startswith(_ZIP) and any(member in head for member in _MEMBERS))


def recognises(head: Head) -> str | None:
    """It begins with the signature of a workbook."""
    return "it is a workbook" if is_workbook(head.data) else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry per row of one sheet; raises DumpError if no sheet has column names."""
    name, rows = _sheet(dump)
    place, names = _header(rows, dump)
    mapped, said = mapping(names, dump.reading)
    dump.ledger.notice(place + 1, "columns", f"sheet {name!r}, {said}")
    by_commas = author_commas.separate_names(rows[place + 1 :], names, mapped)
    for number, row in enumerate(rows, start=1):
        if number <= place + 1:
            dump.ledger.mark(number, Fate.FURNITURE if any(row) else Fate.BLANK)
        elif not any(row):
            dump.ledger.mark(number, Fate.BLANK)
        elif entry := entry_of(dict(zip(names, row, strict=False)), mapped, by_commas=by_commas):
            entry.line_start = entry.line_end = number
            dump.ledger.claim(number, number)
            yield entry
        else:
            dump.ledger.reject(number, "no_entry", str(row))
            yield None


def _sheet(dump: OpenDump) -> tuple[str, list[list[str]]]:
    """Name and rows of the sheet named in the settings, else of the first with column names, else of the first."""
    # Imported here because most dumps are not workbooks.
    from python_calamine import CalamineError, CalamineWorkbook

    with dump.seekable() as spool:
        _refuse_large(dump, spool)
        try:
            book = CalamineWorkbook.from_filelike(spool)
            sheets = [
                (name, [list(map(_text, row)) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)])
                for name in _wanted(dump, book.sheet_names)
            ]
        except (CalamineError, ValueError, OSError) as error:
            raise DumpError(
                "damaged",
                f"{dump.location}: expected a workbook that can be read, found: {str(error) or type(error).__name__}. "
                "Save the sheet as CSV, or save the workbook again.",
            ) from error
    if not sheets:
        raise DumpError("empty", f"{dump.location}: expected a sheet with rows, found none in the workbook.")
    return next(((name, rows) for name, rows in sheets if _find_header(rows, dump)), sheets[0])


def _refuse_large(dump: OpenDump, spool: IO[bytes]) -> None:
    """Raise DumpError if the unpacked workbook is larger than `max_page_bytes`."""
    try:
        size = sum(member.file_size for member in zipfile.ZipFile(spool).infolist())
    except (zipfile.BadZipFile, ValueError, OSError):  # an old Excel file, or damaged, which reading it will report
        size = dump.size_bytes
    if size > (limit := dump.reading.max_page_bytes):
        raise DumpError(
            "too_large",
            f"{dump.location}: expected at most max_page_bytes = {limit:,} bytes, as a workbook has to be read whole, found "
            f"{size:,} in it. Split it, or raise the setting.",
        )
    spool.seek(0)


def _wanted(dump: OpenDump, names: list[str]) -> list[str]:
    """The sheets to look at; raises DumpError if the sheet named in the settings does not exist."""
    wanted = dump.reading.sheet
    if wanted is None or wanted in names:
        return names if wanted is None else [wanted]
    raise DumpError(
        "no_such_sheet",
        f"{dump.location}: expected the sheet {wanted!r} (reading.sheet), found {', '.join(map(repr, names[:10]))}.",
    )


def _text(cell: Any) -> str:
    """A cell as people see it: whole numbers without a fraction, dates at midnight without a time."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.datetime) else str(cell)


def _find_header(rows: list[list[str]], dump: OpenDump) -> tuple[int, list[str]] | None:
    for place, row in enumerate(rows[: _MAX_PREFACE + 1]):
        names = unique_names(row)
        if len(names) > 1 and is_table(names, dump.reading.columns):
            return place, names
    return None


def _header(rows: list[list[str]], dump: OpenDump) -> tuple[int, list[str]]:
    if found := _find_header(rows, dump):
        return found
    raise DumpError(
        "unknown_format",
        f"{dump.location}: expected a sheet whose first rows name columns such as Title and Abstract, found none. "
        "Settings can name them (reading.columns).",
    )


FORMAT = Format("workbook", "a workbook of Excel or OpenDocument", recognises, extract, is_binary=True)
