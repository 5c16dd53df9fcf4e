"""Read dumps into normalised records checked against their contract, many small dumps at a time, in any process."""

from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

import polars as pl

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.read import Extraction, Part, extraction_of, read_parts
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.records import split_records


@dataclass(frozen=True)
class Read(Extraction):
    """An extraction with normalised records; those that break their contract are in `quarantined` instead."""

    quarantined: pl.DataFrame


@dataclass(frozen=True)
class Whole:
    """A dump that was read whole: its row, its number of entries, and `among`, its content with that of other dumps."""

    dump_id: str
    dump: tuple[Any, ...]
    entries: int
    among: Read


#: The result of reading a dump; None if it has to be read in parts.
Answer = Whole | DumpError | None


def read_all(dumps: list[RawDump], reading: Reading) -> list[Answer]:
    """Read dumps whole, with one answer per dump; None for a dump that has to be read in parts."""
    found = [_read(raw, reading) for raw in dumps]
    among = split_extraction(extraction_of([part for part in found if isinstance(part, Part)]))
    return [_whole(part, among) if isinstance(part, Part) else part for part in found]


def together(wholes: list[Whole]) -> Read:
    """The content of these dumps, without that of the others they were read with."""
    said = list[Read]()
    for _, alike in groupby(wholes, key=lambda whole: id(whole.among)):
        first, *others = alike
        ids = [first.dump_id, *(whole.dump_id for whole in others)]
        among = (getattr(first.among, column.name) for column in fields(Read))
        is_all = len(ids) == first.among.dump.height
        said.append(first.among if is_all else Read(*(rows.filter(pl.col("dump_id").is_in(ids)) for rows in among)))
    return Read(*(pl.concat([getattr(each, column.name) for each in said]) for column in fields(Read)))


def split_extraction(part: Extraction) -> Read:
    """Normalise records as extracted, and quarantine those that break their contract."""
    good, quarantined = split_records(part.records)
    return Read(part.dump, good, part.line_spans, part.rejected_lines, part.notices, quarantined)


def _whole(part: Part, among: Read) -> Whole:
    assert part.dump
    return Whole(part.dump_id, part.dump, part.entries, among)


def _read(raw: RawDump, reading: Reading) -> Part | DumpError | None:
    try:
        first = next(read_parts(raw, reading))
    except DumpError as error:
        return error
    return first if first.dump else None
