"""The first stage: files become dumps, line spans, records and quarantined records in the store."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from checks.schemas import CONTRACTS
from checks.split import empty, require, split
from pipeline.errors import DumpError
from pipeline.extract.read import Extraction, extract_dump, read_dump, shown
from pipeline.normalise import normalise_records
from warehouse.progress import Progress
from warehouse.store import Store

#: A transaction takes this many records, or dumps, at most (a dump is never cut).
BATCH_RECORDS, BATCH_DUMPS = 20_000, 500


@dataclass(frozen=True)
class DumpOutcome:
    """What became of one file of a call: added, replaced, located, unchanged or unreadable."""

    location: str
    name: str
    outcome: str
    reason_code: str | None = None
    message: str | None = None


@dataclass
class _Batch:
    """Changes that one transaction will make."""

    extractions: list[Extraction] = field(default_factory=list)
    freed: list[str] = field(default_factory=list)
    placed: list[tuple[str, str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str, str, str]] = field(default_factory=list)
    readable: list[str] = field(default_factory=list)
    actions: list[tuple[str, str | None, str]] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        records = sum(e.records.height for e in self.extractions)
        return records >= BATCH_RECORDS or len(self.actions) >= BATCH_DUMPS


def find_dumps(paths: Iterable[Path]) -> Iterator[Path]:
    """Files that paths name: a folder stands for the files in it and below, in order of their names.

    Names that start with `.` or `_` are not dumps. A path that does not exist, or an empty folder, is
    yielded as it is: reading it says what is wrong.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(
            f for f in path.rglob("*") if f.is_file() and not any(p[0] in "._" for p in f.relative_to(path).parts)
        )
        yield from inside or [path]


def ingest(store: Store, paths: Iterable[Path], progress: Progress) -> list[DumpOutcome]:
    """Add or replace the dumps that paths name; what is in the store already costs only the reading.

    A file that can't be read as a dump is remembered with the reason for as long as it is there; an older
    dump that its place held stays. Two places with the same bytes are one dump.
    """
    files = list(dict.fromkeys(p.absolute() for p in find_dumps(paths)))
    holds = dict(store.query("known_dumps").iter_rows())
    faults = {location: (code, message) for location, code, message in store.query("unreadable_dumps").iter_rows()}
    outcomes, batch = [], _Batch()
    present = {shown(path) for path in files}
    for gone in [location for location in faults if location not in present and not Path(location).exists()]:
        batch.readable.append(gone)
        batch.actions.append(("mend", None, gone))
        del faults[gone]
    for done, path in enumerate(files):
        progress("ingest", done, len(files))
        outcomes.append(_take(path, holds, faults, batch))
        if batch.is_full:
            _commit(store, batch)
            batch = _Batch()
    _commit(store, batch)
    progress("ingest", len(files), len(files))
    return outcomes


def _take(path: Path, holds: dict[str, str], faults: dict[str, tuple[str, str]], batch: _Batch) -> DumpOutcome:
    """Read one file, note in the batch what changes, and say what became of it."""
    location, name = shown(path), shown(Path(path.name))
    try:
        raw = read_dump(path)
        held = holds.get(location)
        if held == raw.dump_id:
            outcome = "unchanged"
        elif raw.dump_id in holds.values():
            outcome = "located"
        else:
            batch.extractions.append(extract_dump(raw))
            outcome = "replaced" if held else "added"
    except DumpError as error:
        if path.is_file() and faults.get(location) != (error.reason_code, str(error)):
            batch.unreadable.append((location, name, error.reason_code, str(error)))
            batch.actions.append(("reject", None, location))
        return DumpOutcome(location, name, "unreadable", error.reason_code, str(error))
    if location in faults:
        batch.readable.append(location)
        batch.actions.append(("mend", raw.dump_id, location))
    if outcome == "unchanged":
        return DumpOutcome(location, name, outcome)
    if held:
        batch.freed.append(location)
        batch.actions.append(("withdraw", held, location))
    holds[location] = raw.dump_id
    batch.placed.append((location, name, raw.dump_id))
    batch.actions.append(("locate" if outcome == "located" else "add", raw.dump_id, location))
    same = next((place for place, dump in holds.items() if dump == raw.dump_id and place != location), None)
    message = f"{location}: the same bytes as {same}, counted as one dump" if outcome == "located" else None
    return DumpOutcome(location, name, outcome, None, message)


def _commit(store: Store, batch: _Batch) -> None:
    if not batch.actions:
        return
    good, quarantined = _records([e.records for e in batch.extractions])
    with store.transaction():
        store.execute(
            "change_dumps",
            freed_locations=pl.DataFrame({"location": batch.freed}, schema={"location": pl.String}),
            placed_dumps=_strings(batch.placed, "location", "name", "dump_id"),
            unreadable=_strings(batch.unreadable, "location", "name", "reason_code", "message"),
            readable=pl.DataFrame({"location": batch.readable}, schema={"location": pl.String}),
            actions=_strings(batch.actions, "action", "dump_id", "location").with_row_index("place"),
            new_dumps=_gather(batch, "dump", "dumps").with_row_index("place", offset=1),
            new_spans=_gather(batch, "line_spans", "line_spans"),
            new_rejected=_gather(batch, "rejected_lines", "rejected_lines"),
            new_notices=_gather(batch, "notices", "notices"),
            new_records=good,
            new_quarantined=quarantined,
        )


def _strings(rows: list[tuple[str, ...]], *columns: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _gather(batch: _Batch, part: str, contract: str) -> pl.DataFrame:
    """Rows of one kind of all the batch's dumps, held against their contract."""
    frames = [getattr(e, part) for e in batch.extractions]
    return require(pl.concat([empty(CONTRACTS[contract]), *frames], how="diagonal"), CONTRACTS[contract])


def _records(frames: list[pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Normalise records and split them by their contract into good ones and quarantined ones."""
    contract = CONTRACTS["records"]
    raw = pl.concat([empty(contract).drop("title", "abstract", "document_id"), *frames], how="diagonal")
    return split(normalise_records(raw), contract)


def renormalise(store: Store) -> None:
    """Normalise and split every record anew from its raw text; the caller holds the transaction."""
    good, quarantined = _records([store.query("raw_records")])
    store.execute("replace_records", new_records=good, new_quarantined=quarantined)
