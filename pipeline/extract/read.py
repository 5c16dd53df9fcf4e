"""Read a dump, part by part, into records and the fates of its lines; memory does not grow with the dump's size."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import polars as pl

from papersieve.checks.contracts import DUMPS, LINE_SPANS, NOTICES, REJECTED_LINES
from papersieve.checks.record_columns import IDS, RECORDS
from papersieve.checks.rules import Contract
from papersieve.pipeline.extract.bad_fields import without_bad_fields
from papersieve.pipeline.extract.detect import fence
from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.entry_columns import columns_frame, entry_columns, entry_schema
from papersieve.pipeline.extract.ledger import Drained, LineLedger
from papersieve.pipeline.extract.open_dump import OpenDump
from papersieve.pipeline.extract.raw_dump import RawDump, read_as
from papersieve.pipeline.extract.sections import Section, sections
from papersieve.pipeline.extract.shared.list_numbers import ListNumbers
from papersieve.pipeline.extract.text_encoding import refuse_foreign_encoding
from papersieve.pipeline.ids import content_id
from papersieve.pipeline.reading_settings import Reading

#: Columns of records as extracted.
_EXTRACTED = {name: RECORDS.schema[name] for name in IDS} | entry_schema()

#: Allowance for listings and None, which even a dump of a few bytes may yield.
_FEW = 1_000

#: Most characters of abstracts held at a time, however few entries they come from.
_MOST_CHARS = 16_000_000


@dataclass(frozen=True)
class Extraction:
    """All the content of one dump, or of a part of it.

    dump: one row, in the last part of a dump only; records: one row per entry, in line order (keys record_id, dump_id,
    then `entry_columns.entry_schema`); line_spans: runs of lines with the same fate, which together cover the dump;
    rejected_lines and notices: one row each. All carry dump_id.
    """

    dump: pl.DataFrame
    records: pl.DataFrame
    line_spans: pl.DataFrame
    rejected_lines: pl.DataFrame
    notices: pl.DataFrame


@dataclass(frozen=True)
class Part:
    """A dump, or a part of it, as read, before `extraction_of` turns it into frames.

    dump: its row, None except in the last part; records: columns of records as extracted; lines: fates of the lines;
    told: notice codes already reported for this dump, one set shared by all its parts.
    """

    dump_id: str
    dump: tuple[Any, ...] | None
    records: dict[str, list[Any]]
    lines: Drained
    told: set[str]

    @property
    def entries(self) -> int:
        """Number of entries read."""
        return len(self.records["record_id"])


def extraction_of(parts: Sequence[Part]) -> Extraction:
    """Combine parts, of one dump or several, into frames, in the order given.

    For a dump of a few lines, building its own frames would cost more than reading it.
    """
    columns = {name: list(chain.from_iterable(part.records[name] for part in parts)) for name in _EXTRACTED}
    records, notices = without_bad_fields(columns_frame(columns, _EXTRACTED), {p.dump_id: p.told for p in parts})
    spans, rejected, told = ([(p.dump_id, *row) for p in parts for row in p.lines[kind]] for kind in range(3))
    places = {dump_id: place for place, dump_id in enumerate(dict.fromkeys(part.dump_id for part in parts))}
    told = sorted([*told, *notices], key=lambda row: (places[row[0]], row[1]))
    return Extraction(
        _frame([part.dump for part in parts if part.dump], DUMPS),
        records,
        _frame(spans, LINE_SPANS),
        _frame(rejected, REJECTED_LINES),
        _frame(told, NOTICES),
    )


def _frame(rows: list[tuple[Any, ...]], contract: Contract) -> pl.DataFrame:
    """The rows as a frame, passed to polars as columns, which is three times as fast."""
    columns = zip(*rows, strict=True) if rows else [()] * len(contract.schema)
    return pl.DataFrame(dict(zip(contract.schema, columns, strict=True)), schema=contract.schema)


def extract_dump(raw: RawDump, reading: Reading | None = None) -> Extraction:
    """Read a whole dump at once: every record, and the fate of every line; raises DumpError if it can't be read."""
    return extraction_of(list(read_parts(raw, reading or Reading())))


def extract_parts(raw: RawDump, reading: Reading) -> Iterator[Extraction]:
    """The parts of `read_parts`, each as frames."""
    return (extraction_of([part]) for part in read_parts(raw, reading))


def read_parts(raw: RawDump, reading: Reading) -> Iterator[Part]:
    """Read a dump in parts of `batch_entries` entries, or fewer if abstracts are long.

    Raises DumpError if it can't be read, even when only a later part fails.
    """
    raw = read_as(raw, reading.encoding)
    found, ids, told = sections(raw, reading), _Ids(raw.dump_id), set[str]()
    entries = 0
    dump: tuple[Any, ...] | None = None
    for section in found:
        if not section.known.is_binary:
            refuse_foreign_encoding(raw.location, section.raw.head)
        parts = _parts(section, reading, ids, told, ordinal=entries, line=dump[-1] if dump else 0)
        while True:
            with fence(raw.location, section.known):
                part = next(parts, None)
            if part is None:
                break
            entries += part.entries
            if part.dump:
                dump = (*dump[:-1], dump[-1] + part.dump[-1]) if dump else part.dump
                part = replace(part, dump=dump if section is found[-1] else None)
            yield part


def _parts(
    section: Section, reading: Reading, ids: "_Ids", told: set[str], *, ordinal: int, line: int
) -> Iterator[Part]:
    """The parts of a section; the last carries the dump's row.

    ordinal, line: entries and lines of the dump before this section.
    """
    known, raw = section.known, section.raw
    opened = OpenDump(raw.location, raw.open, raw.size_bytes, reading, LineLedger(told=told))
    part, listing, numbers = list[Entry](), Listing(), ListNumbers()
    chars = 0
    if line:
        opened.ledger.notice(1, "section", f"from here on, the dump is read as {known.name}: {section.why}")
    for found in _checked(known, opened):
        if isinstance(found, Listing):
            listing = found
            continue
        if found is None:
            if opened.ledger.is_heavy:
                yield _part(opened, part, ordinal, listing, ids, line, before=opened.ledger.first_open())
                part, ordinal, chars = [], ordinal + len(part), 0
            continue
        is_full = len(part) >= reading.batch_entries or chars >= _MOST_CHARS
        if part and is_full and found.line_start > part[-1].line_start:
            yield _part(opened, part, ordinal, listing, ids, line, before=found.line_start)
            part, ordinal, chars = [], ordinal + len(part), 0
        opened.ledger.claim(found.line_start, found.line_end)
        numbers.take_off(found)
        part.append(found)
        chars += len(found.abstract or "")
    if not ordinal + len(part):
        message = f"expected papers, as it was read as {known.name}, found none; if it has any, please report its form"
        opened.ledger.notice(1, "no_entry", message)
    last = _part(opened, part, ordinal, listing, ids, line, before=None)
    yield replace(last, dump=_dump(raw, known, listing, opened.ledger.settled))


def _checked(known: Format, opened: OpenDump) -> Iterator[Entry | Listing | None]:
    """Pass on what a format yields, after checking that it is possible for this dump: other people write formats too.

    Every line and every entry takes at least one byte. Binary formats count rows, which have no such bound.
    """
    most = math.inf if known.is_binary else opened.size_bytes
    line = 1
    for number, found in enumerate(known.extract(opened)):
        if number > 2 * most + _FEW:
            raise ValueError(f"expected at most an entry a byte, found {number:,} and more")
        if isinstance(found, Entry):
            if not line <= found.line_start <= found.line_end <= most:
                raise ValueError("expected entries in the order of their lines, on lines that the dump has")
            line = found.line_start
        elif found is not None and not isinstance(found, Listing):
            raise TypeError(f"expected an Entry, found {type(found).__name__}")
        yield found


class _Ids:
    """Ids of records: a hash of dump_id and first line, and of the position on that line for the second and later."""

    def __init__(self, dump_id: str) -> None:
        self.dump_id, self._line, self._place = dump_id, 0, 0

    def of(self, line: int) -> str:
        self._place = self._place + 1 if line == self._line else 0
        self._line = line
        return content_id(self.dump_id, str(line), *([str(self._place)] if self._place else []))


def _part(
    opened: OpenDump, entries: list[Entry], ordinal: int, listing: Listing, ids: _Ids, line: int, before: int | None
) -> Part:
    year, most = listing.year, opened.reading.max_other_chars
    lines = opened.ledger.drain(before=before)
    if line:
        for entry in entries:
            entry.line_start, entry.line_end = entry.line_start + line, entry.line_end + line
        lines = lines.behind(line)
    columns = {
        "record_id": [ids.of(entry.line_start) for entry in entries],
        "dump_id": [ids.dump_id] * len(entries),
        **entry_columns(entries, ordinal + 1, listing_year=year, max_other_chars=most),
    }
    return Part(ids.dump_id, None, columns, lines, opened.ledger.told)


def _dump(raw: RawDump, known: Format, listing: Listing, lines: int) -> tuple[Any, ...]:
    year = listing.date.year or listing.year if listing.date else None
    date = listing.date.in_year(year) if listing.date and year else None
    return raw.dump_id, known.name, listing.name, date, listing.date_raw, raw.size_bytes, lines
