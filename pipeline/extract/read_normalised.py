"""Dumps to normalised records that were held to their contract: what the other processes do for the one that writes."""

from dataclasses import dataclass

import polars as pl

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.read import Extraction, extract_parts
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
    extractions = [_extract(raw, reading) for raw in dumps]
    good, quarantined = split_records(*(e.records for e in extractions if isinstance(e, Extraction)))
    return [_of_dump(e, good, quarantined) if isinstance(e, Extraction) else e for e in extractions]


def split_extraction(part: Extraction) -> Read:
    """Normalise records as extracted, and hold them against their contract."""
    good, quarantined = split_records(part.records)
    return Read(part.dump, good, part.line_spans, part.rejected_lines, part.notices, quarantined)


def _extract(raw: RawDump, reading: Reading) -> Extraction | DumpError | None:
    try:
        first = next(extract_parts(raw, reading))
    except DumpError as error:
        return error
    return None if first.dump.is_empty() else first


def _of_dump(whole: Extraction, good: pl.DataFrame, quarantined: pl.DataFrame) -> Read:
    is_its = pl.col("dump_id") == whole.dump["dump_id"][0]
    return Read(
        whole.dump,
        good.filter(is_its),
        whole.line_spans,
        whole.rejected_lines,
        whole.notices,
        quarantined.filter(is_its),
    )
