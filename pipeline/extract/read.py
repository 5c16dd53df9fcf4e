"""From a dump to its records and the fate of its lines, part by part, so that memory does not grow with the dump."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from papersieve.checks.contracts import DUMPS
from papersieve.pipeline.extract.bad_fields import without_bad_fields
from papersieve.pipeline.extract.detect import detect, fence
from papersieve.pipeline.extract.entries import Entry, Format, Listing, entries_frame
from papersieve.pipeline.extract.open_dump import OpenDump
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.text_stream import refuse_foreign_encoding, translated, translated_head
from papersieve.pipeline.ids import content_id
from papersieve.pipeline.reading_settings import Reading

_NO_DUMP = DUMPS.empty()

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

    @property
    def entries(self) -> int:
        """How many entries were read."""
        return self.records.height


def extract_dump(raw: RawDump, reading: Reading | None = None) -> Extraction:
    """Read every record of a dump and account for every line, at once; raises DumpError where it can't be read."""
    parts = list(extract_parts(raw, reading or Reading()))
    return Extraction(
        *(
            pl.concat([getattr(part, name) for part in parts])
            for name in ("dump", "records", "line_spans", "rejected_lines", "notices")
        )
    )


def extract_parts(raw: RawDump, reading: Reading) -> Iterator[Extraction]:
    """Read a dump in parts of `batch_entries` entries, or fewer of long
    ones; raises DumpError where it can't be read, or not any more.
    """
    known, _ = detect(raw, reading)
    if not known.is_binary:
        refuse_foreign_encoding(raw.location, translated_head(raw.head))
    parts = _parts(known, raw, reading)
    while True:
        with fence(raw.location, known):
            part = next(parts, None)
        if part is None:
            return
        yield part


def _parts(known: Format, raw: RawDump, reading: Reading) -> Iterator[Extraction]:
    as_text = raw.open if known.is_binary else translated(raw.head, raw.open)
    opened = OpenDump(raw.location, as_text, raw.size_bytes, reading)
    part, listing, ordinal, ids = list[Entry](), Listing(), 0, _Ids(raw.dump_id)
    chars = 0
    for found in _checked(known, opened):
        if isinstance(found, Listing):
            listing = found
            continue
        if found is None:
            if opened.ledger.is_heavy:
                yield _part(raw, opened, part, ordinal, listing, ids, before=opened.ledger.first_open())
                part, ordinal, chars = [], ordinal + len(part), 0
            continue
        is_full = len(part) >= reading.batch_entries or chars >= _MOST_CHARS
        if part and is_full and found.line_start > part[-1].line_start:
            yield _part(raw, opened, part, ordinal, listing, ids, before=found.line_start)
            part, ordinal, chars = [], ordinal + len(part), 0
        opened.ledger.claim(found.line_start, found.line_end)
        part.append(found)
        chars += len(found.abstract or "")
    if not ordinal + len(part):
        message = f"expected papers, as it was read as {known.name}, found none; if it has any, please report its form"
        opened.ledger.notice(1, "no_entry", message)
    last = _part(raw, opened, part, ordinal, listing, ids, before=None)
    yield Extraction(
        _dump(raw, known, listing, opened.ledger.settled),
        last.records,
        last.line_spans,
        last.rejected_lines,
        last.notices,
    )


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
        self._dump_id, self._line, self._place = dump_id, 0, 0

    def of(self, line: int) -> str:
        self._place = self._place + 1 if line == self._line else 0
        self._line = line
        return content_id(self._dump_id, str(line), *([str(self._place)] if self._place else []))


def _part(
    raw: RawDump, opened: OpenDump, entries: list[Entry], ordinal: int, listing: Listing, ids: _Ids, before: int | None
) -> Extraction:
    frame = entries_frame(
        entries,
        first_ordinal=ordinal + 1,
        listing_year=listing.year,
        max_other_chars=opened.reading.max_other_chars,
    )
    frame = without_bad_fields(frame, opened.ledger)
    record_ids = pl.Series("record_id", [ids.of(line) for line in frame["line_start"]], dtype=pl.String)
    spans, rejected, notices = (_of(raw, lines) for lines in opened.ledger.drain(before=before))
    return Extraction(_NO_DUMP, _of(raw, frame).insert_column(0, record_ids), spans, rejected, notices)


def _of(raw: RawDump, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the dump's id, without a query: of a dump of a few lines each query costs more than its reading."""
    return rows.insert_column(0, pl.Series("dump_id", [raw.dump_id], pl.String).new_from_index(0, rows.height))


def _dump(raw: RawDump, known: Format, listing: Listing, lines: int) -> pl.DataFrame:
    year = listing.date.year or listing.year if listing.date else None
    date = listing.date.in_year(year) if listing.date and year else None
    row = (raw.dump_id, known.name, listing.name, date, listing.date_raw, raw.size_bytes, lines)
    return pl.DataFrame([row], schema=DUMPS.schema, orient="row")
