"""Dumps to normalised records that were held to their contract: what the other processes do for the one that writes."""

from dataclasses import dataclass, fields

import polars as pl

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.read import Extraction, Part, extraction_of, read_parts
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.records import split_records


@dataclass(frozen=True)
class Read(Extraction):
    """An extraction with its records normalised, without those that break their contract: these are quarantined."""

    quarantined: pl.DataFrame

    @property
    def entries(self) -> int:
        """How many entries were read."""
        return self.records.height + self.quarantined.height


#: What a process made of a dump; None where none did.
Answer = Read | DumpError | None


def read_all(dumps: list[RawDump], reading: Reading) -> list[Answer]:
    """Read dumps whole, one answer each; none for one that has to be read in parts."""
    found = [_read(raw, reading) for raw in dumps]
    parts = [part for part in found if isinstance(part, Part)]
    read = split_extraction(extraction_of(parts))
    by_dump = [getattr(read, column.name).partition_by("dump_id", as_dict=True) for column in fields(Read)]
    empty = [getattr(read, column.name).clear() for column in fields(Read)]

    def its(part: Part) -> Read:
        return Read(*(rows.get((part.dump_id,), none) for rows, none in zip(by_dump, empty, strict=True)))

    return [its(part) if isinstance(part, Part) else part for part in found]


def split_extraction(part: Extraction) -> Read:
    """Normalise records as extracted, and hold them against their contract."""
    good, quarantined = split_records(part.records)
    return Read(part.dump, good, part.line_spans, part.rejected_lines, part.notices, quarantined)


def _read(raw: RawDump, reading: Reading) -> Part | DumpError | None:
    try:
        first = next(read_parts(raw, reading))
    except DumpError as error:
        return error
    return first if first.dump else None
