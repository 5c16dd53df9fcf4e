"""From a file to its lines and records: read, decode, detect the layout by content, extract."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import DumpError
from pipeline.extract import author_page, paper_listing
from pipeline.extract.ledger import LineLedger
from pipeline.extract.model import Layout, entries_frame
from pipeline.ids import content_id

LAYOUTS: tuple[Layout, ...] = (author_page.LAYOUT, paper_listing.LAYOUT)

#: Bytes of the largest dump that is read whole into memory.
MAX_DUMP_BYTES = 1 << 30

#: Non-blank lines, and characters of each, that a layout is recognised by.
_DETECT_LINES, _DETECT_CHARS = 400, 300

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzip data",
    b"\x89PNG": "a PNG image",
}


@dataclass(frozen=True)
class RawDump:
    """One file as received. `dump_id` is the hash of its bytes; `location` is where it was found."""

    dump_id: str
    name: str
    location: str
    size_bytes: int
    text: str


@dataclass(frozen=True)
class Extraction:
    """Everything that one dump says.

    dump: one row; records: one row an entry, in page order (keys dump_id, record_id, then
    `model.ENTRY_SCHEMA`); line_spans: runs of lines of one fate, which cover the dump; rejected_lines and
    notices: one row each. All carry dump_id.
    """

    dump: pl.DataFrame
    records: pl.DataFrame
    line_spans: pl.DataFrame
    rejected_lines: pl.DataFrame
    notices: pl.DataFrame


def shown(path: Path) -> str:
    """Return the path as text that can be stored and printed: a byte of its name that is no UTF-8 as `\\xe9`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read_dump(path: Path) -> RawDump:
    """Read one file; raises DumpError where it can't be a text dump."""
    data = _read_bytes(path)
    text = _decode(path, data)
    if not text.strip():
        raise DumpError(
            "empty",
            f"{shown(path)}: expected lines of text, found {len(data)} bytes without any. Remove the file, or fetch it again.",
        )
    return RawDump(_dump_id(data), shown(Path(path.name)), shown(path.absolute()), len(data), text)


def _dump_id(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _read_bytes(path: Path) -> bytes:
    if not path.exists():
        raise DumpError("missing", f"{shown(path)}: no such file. Check the path.")
    if not path.is_file():
        found = "a folder without any dump in it" if path.is_dir() else "something else"
        raise DumpError("not_a_file", f"{shown(path)}: expected a file of text, or a folder of them, found {found}.")
    size = path.stat().st_size
    if size > MAX_DUMP_BYTES:
        raise DumpError(
            "too_large", f"{shown(path)}: expected at most {MAX_DUMP_BYTES:,} bytes, found {size:,}. Split the dump."
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise DumpError(
            "unreadable", f"{shown(path)}: can't be read: {error.strerror}. Check its permissions."
        ) from error


def _decode(path: Path, data: bytes) -> str:
    if data.startswith(_UTF16_MARKS):
        raise DumpError(
            "wrong_encoding",
            f"{shown(path)}: expected UTF-8, found UTF-16. Convert it: iconv -f UTF-16 -t UTF-8 '{shown(Path(path.name))}' > converted.txt",
        )
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise DumpError("binary", f"{shown(path)}: expected text, found {kind}. Extract its text first.")
    if (at := data.find(b"\0")) >= 0:
        raise DumpError(
            "binary", f"{shown(path)}: expected text, found a NUL byte at offset {at:,}. Is it a binary file?"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DumpError(
            "wrong_encoding",
            f"{shown(path)}: expected UTF-8, found byte 0x{data[error.start]:02x} at offset {error.start:,} (line {line:,}). "
            f"Convert it from its real encoding, for example: iconv -f WINDOWS-1252 -t UTF-8 '{shown(Path(path.name))}' > converted.txt",
        ) from error


def split_lines(text: str) -> list[str]:
    r"""Lines as `wc -l` and editors count them: only `\n` ends one (`\r\n` too), and a final `\n` adds none."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def detect_layout(name: str, lines: list[str]) -> Layout:
    """The first layout that recognises the lines; raises DumpError where none does."""
    head = [line[:_DETECT_CHARS] for line in lines if line.strip()][:_DETECT_LINES]
    for layout in LAYOUTS:
        if layout.recognises(head):
            return layout
    known = "; ".join(f"{layout.name}: {layout.looks_like}" for layout in LAYOUTS)
    raise DumpError(
        "unknown_layout",
        f"{name}: no layout recognises it. Expected one of [{known}]; found {len(lines):,} line(s) with "
        f"{sum(map(len, lines)):,} characters, the first text being "
        f"{head[0][:80]!r}. If it is a listing of papers, its layout is not supported yet.",
    )


def extract_dump(raw: RawDump) -> Extraction:
    """Read every record of a dump and account for every line; raises DumpError on an unknown layout."""
    lines = split_lines(raw.text)
    layout = detect_layout(raw.location, lines)
    ledger = LineLedger(lines)
    page = layout.extract(ledger)
    entries, year = entries_frame(page)
    date = page.listing_date.in_year(year) if page.listing_date and year else None
    if year is None and any(e.published and e.published.year is None for e in page.entries):
        ledger.notice(1, "listing_year_unknown", "no entry states a year, so dates without one stay month and day")
    dump = pl.DataFrame(
        {
            "dump_id": [raw.dump_id],
            "format": [layout.name],
            "listing": pl.Series([page.listing], dtype=pl.String),
            "listing_date": pl.Series([date], dtype=pl.Date),
            "listing_date_raw": pl.Series([page.listing_date_raw], dtype=pl.String),
            "size_bytes": [raw.size_bytes],
            "lines": [len(lines)],
        }
    )
    with_dump = pl.lit(raw.dump_id).alias("dump_id")
    ids = [content_id(raw.dump_id, str(line)) for line in entries["line_start"]]
    return Extraction(
        dump=dump,
        records=entries.select(pl.Series("record_id", ids, dtype=pl.String), with_dump, pl.all()),
        line_spans=ledger.spans().select(with_dump, pl.all()),
        rejected_lines=ledger.rejected().select(with_dump, pl.all()),
        notices=ledger.notices().select(with_dump, pl.all()),
    )
