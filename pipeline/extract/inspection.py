"""Preview of what a run would read from a file, dump by dump, before anything is ingested."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import polars as pl

from papersieve.checks.quarantine import notices_of
from papersieve.checks.record_columns import RECORDS
from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import find_dumps
from papersieve.pipeline.extract.open_dump import head_of
from papersieve.pipeline.extract.places.address import Place
from papersieve.pipeline.extract.places.fetch import fetched
from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump, read_as
from papersieve.pipeline.extract.read import extract_parts
from papersieve.pipeline.extract.sections import sections
from papersieve.pipeline.extract.shared.other_fields import names_of
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.records import split_records

#: How many records, rejected lines and notices are shown per dump; the rest are only counted.
SHOWN = 5

#: Characters shown of a dump that can't be read, to the person who asks and to nobody else.
_BEGINNING = 80


def inspect(place: Place, reading: Reading, *, shown: int = SHOWN) -> Iterator[dict[str, Any]]:
    """One object per dump of a file, or of the files of a remote folder, in order.

    A readable dump has: location, size_bytes, format, why, unit, listing, listing_date, lines, fates (lines by fate),
    records, quarantined, other_fields (fields without a column, and the number of records that have them),
    reason_codes (rejected lines and quarantined records by reason), first_records, first_rejected, notices. An
    unreadable one has: location, reason_code, message, and, if it could be opened, size_bytes and begins (the start
    of its text). Raises SettingsError if the settings name an unknown format.
    """
    with fetched([place], reading) as files:
        for found in chain.from_iterable(find_dumps(file, reading) for file in files):
            if isinstance(found, BrokenDump):
                yield {"location": found.location, **_fault(found.error)}
                continue
            about = {"location": found.location, "size_bytes": found.size_bytes}
            try:
                yield about | _read(found, reading, shown)
            except DumpError as error:
                yield about | _fault(error) | {"begins": head_of(found.head, {}).text.lstrip()[:_BEGINNING]}


def _fault(error: DumpError) -> dict[str, Any]:
    return {"reason_code": error.reason_code, "message": str(error)}


def _read(raw: RawDump, reading: Reading, shown: int) -> dict[str, Any]:
    raw = read_as(raw, reading.encoding)
    first_section = sections(raw, reading)[0]
    known, why = first_section.known, first_section.why
    fates, reasons, others = Counter[str](), Counter[str](), Counter[str]()
    counts = {"records": 0, "quarantined": 0}
    first: dict[str, list[dict[str, Any]]] = {"first_records": [], "first_rejected": [], "notices": []}
    dump: dict[str, Any] = {}
    for part in extract_parts(raw, reading):
        lines = part.line_spans.with_columns(lines=pl.col("line_end") - pl.col("line_start") + 1)
        fates.update(dict(lines.group_by("fate").agg(pl.col("lines").sum()).iter_rows()))
        reasons.update(part.rejected_lines["reason_code"].to_list())
        others.update(names_of(part.records["other_fields"]))
        good, quarantined = split_records(part.records)
        counts["records"] += part.records.height
        counts["quarantined"] += quarantined.height
        reasons.update(code for codes in quarantined["reason_codes"] for code in codes)
        for name, frame in (
            ("first_records", part.records.drop("record_id", "ordinal")),
            ("first_rejected", part.rejected_lines),
            ("notices", pl.concat([part.notices, notices_of(good, RECORDS)])),
        ):
            first[name] += frame.drop("dump_id").head(shown - len(first[name])).to_dicts()
        dump = next(iter(part.dump.to_dicts()), dump)
    return {
        "format": known.name,
        "why": why,
        "unit": "rows" if known.is_binary else "lines",
        **{name: dump[name] for name in ("listing", "listing_date", "lines")},
        "fates": {fate: fates[fate] for fate in ("record", "furniture", "blank", "rejected")},
        **counts,
        "other_fields": dict(others.most_common()),
        "reason_codes": dict(reasons.most_common()),
        **first,
    }
