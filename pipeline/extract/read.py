"""From a dump to its records and the fate of its lines, part by part, so that memory does not grow with the dump."""

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
from papersieve.pipeline.extract.text_stream import refuse_foreign_encoding, translated, translated_head
from papersieve.pipeline.ids import content_id
from papersieve.pipeline.reading_settings import Reading

#: Columns of records as extracted.
_EXTRACTED = {name: RECORDS.schema[name] for name in IDS} | entry_schema()

#: What even a dump of a few bytes may yield: listings, and None.
_FEW = 1_000

#: Characters of abstracts that are held at a time, however few entries they are of.
_MOST_CHARS = 16_000_000


@dataclass(frozen=True)
class Extraction:
    """Everything that one dump says, or a part of it.

    dump: one row, empty in all parts of a dump but its last; records: one row per entry, in the order of their
    lines (keys record_id, dump_id, then `entries.entry_schema`); line_spans: runs of lines of one fate, which cover
    the dump; rejected_lines and notices: one row each. All carry dump_id.
    """

    dump: pl.DataFrame
    records: pl.DataFrame
    line_spans: pl.DataFrame
    rejected_lines: pl.DataFrame
    notices: pl.DataFrame


@dataclass(frozen=True)
class Part:
    """What was read of a dump, or of a part of it, before it is made frames (`extraction_of`).

    dump: its row, None in all parts of a dump but its last; records: columns of records as extracted; lines: what
    became of the lines; told: codes of notices of which the dump has given the first, the same set in all of its parts.
    """

    dump_id: str
    dump: tuple[Any, ...] | None
    records: dict[str, list[Any]]
    lines: Drained
    told: set[str]

    @property
    def entries(self) -> int:
        """How many entries were read."""
        return len(self.records["record_id"])


def extraction_of(parts: Sequence[Part]) -> Extraction:
    """Make frames of parts, of the same or of different dumps, in their order: a frame a dump of a few lines would
    cost more than its reading.
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
    """The rows as a frame; polars takes columns in three times as fast."""
    columns = zip(*rows, strict=True) if rows else [()] * len(contract.schema)
    return pl.DataFrame(dict(zip(contract.schema, columns, strict=True)), schema=contract.schema)


def extract_dump(raw: RawDump, reading: Reading | None = None) -> Extraction:
    """Read every record of a dump and account for every line, at once; raises DumpError where it can't be read."""
    return extraction_of(list(read_parts(raw, reading or Reading())))


def extract_parts(raw: RawDump, reading: Reading) -> Iterator[Extraction]:
    """`read_parts`, each as frames."""
    return (extraction_of([part]) for part in read_parts(raw, reading))


def read_parts(raw: RawDump, reading: Reading) -> Iterator[Part]:
    """Read a dump in parts of `batch_entries` entries, or fewer of long
    ones; raises DumpError where it can't be read, or not any more.
    """
    raw = read_as(raw, reading.encoding)
    found, ids, told = sections(raw, reading), _Ids(raw.dump_id), set[str]()
    entries = 0
    dump: tuple[Any, ...] | None = None
    for section in found:
        if not section.known.is_binary:
            refuse_foreign_encoding(raw.location, translated_head(section.raw.head))
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
    """The parts of a section, behind so many entries and lines; the last of them has a row of the dump."""
    known, raw = section.known, section.raw
    as_text = raw.open if known.is_binary else translated(raw.head, raw.open)
    opened = OpenDump(raw.location, as_text, raw.size_bytes, reading, LineLedger(told=told))
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
    """What a format yields, as long as it can be of this dump: others write formats too.

    Each line has a byte at least, and so has each entry; of a binary format rows are counted, and nothing bounds these.
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
    """Ids of records: of the dump and the first line, and of the place on that line where several start on it."""

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
