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
from warehouse.progress import Progress, silent
from warehouse.store import Store, StoreError

#: A transaction takes this many records, or dumps, at most (a dump is never cut).
BATCH_RECORDS, BATCH_DUMPS = 20_000, 500


@dataclass(frozen=True)
class DumpOutcome:
    """What became of one file of a call: added, replaced, located, unchanged, withdrawn or unreadable."""

    location: str
    name: str
    outcome: str
    reason_code: str | None = None
    message: str | None = None


@dataclass
class _Batch:
    """Changes that one transaction will make. stored: the dumps that are in the store, or will be, before the ones that
    lost their last place leave it."""

    stored: set[str] = field(default_factory=set)
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


def withdraw(store: Store, names: Iterable[str], *, is_remembered: bool = True) -> pl.DataFrame:
    """Take dumps back, wherever they lie: dump_id, location, name of each place that they had.

    A name is a dump's id or at least its first six digits, a location, or a file name. What only these dumps said
    is retracted by the next refresh. is_remembered: whether a folder that still holds the file is passed over from
    now on. Raises StoreError, and changes nothing, where a name means no dump.
    """
    wanted = pl.DataFrame({"name": list(dict.fromkeys(names))}, schema={"name": pl.String})
    found = store.query("dumps_named", wanted=wanted)
    if unknown := wanted.join(found, left_on="name", right_on="wanted", how="anti")["name"].to_list():
        raise StoreError(
            f"{store.path}: holds no dump of the name {', '.join(map(repr, unknown))}: expected an id (or its first six "
            "digits), a location or a file name, as `papersieve query 'FROM dumps'` shows them. Nothing was withdrawn."
        )
    places = found.select("dump_id", "location", "name").unique().sort("location")
    batch = _Batch(freed=places["location"].to_list())
    batch.actions += [("withdraw", dump_id, location) for dump_id, location, _ in places.iter_rows()]
    with store.transaction():
        if is_remembered:
            store.execute("withdraw_dumps", withdrawn=places.select("dump_id").unique())
        _change(store, batch)
    return places


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

    A dump that was withdrawn is passed over where a folder holds it; a path that names the file adds it again.
    A file that can't be read as a dump is remembered with the reason for as long as it is there; an older
    dump that its place held stays. Two places with the same bytes are one dump.
    """
    outcomes = []
    for batch, taken in _batches(store, paths, progress):
        outcomes += taken
        _commit(store, batch)
    return outcomes


def foresee(store: Store, paths: Iterable[Path]) -> list[DumpOutcome]:
    """What `ingest` would make of the paths, and the store left as it is."""
    return [outcome for _, taken in _batches(store, paths, silent) for outcome in taken]


def _batches(store: Store, paths: Iterable[Path], progress: Progress) -> Iterator[tuple[_Batch, list[DumpOutcome]]]:
    paths = list(paths)
    files = list(dict.fromkeys(p.absolute() for p in find_dumps(paths)))
    named = {p.absolute() for p in paths}
    withdrawn = set(store.query("withdrawn_dumps")["dump_id"])
    holds = dict(store.query("known_dumps").iter_rows())
    faults = {location: (code, message) for location, code, message in store.query("unreadable_dumps").iter_rows()}
    outcomes, batch = [], _Batch(stored=set(holds.values()))
    present = {shown(path) for path in files}
    for gone in [location for location in faults if location not in present and not Path(location).exists()]:
        batch.readable.append(gone)
        batch.actions.append(("mend", None, gone))
        del faults[gone]
    for done, path in enumerate(files):
        progress("ingest", done, len(files))
        passed_over = set() if path in named else withdrawn
        outcomes.append(_take(path, holds, faults, passed_over, batch))
        if batch.is_full:
            yield batch, outcomes
            outcomes, batch = [], _Batch(stored=set(holds.values()))
    yield batch, outcomes
    progress("ingest", len(files), len(files))


def _take(
    path: Path, holds: dict[str, str], faults: dict[str, tuple[str, str]], withdrawn: set[str], batch: _Batch
) -> DumpOutcome:
    """Read one file, note in the batch what changes, and say what became of it."""
    location, name = shown(path), shown(Path(path.name))
    try:
        raw = read_dump(path)
        held = holds.get(location)
        if raw.dump_id in withdrawn and not held:
            message = f"{location}: was withdrawn, so it is passed over. Name the file itself to add it again."
            return DumpOutcome(location, name, "withdrawn", None, message)
        if held == raw.dump_id:
            outcome = "unchanged"
        elif raw.dump_id in batch.stored:
            outcome = "located"
        else:
            batch.stored.add(raw.dump_id)
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
    message = f"{location}: the same bytes as {same}, counted as one dump" if same else None
    return DumpOutcome(location, name, outcome, None, message)


def _commit(store: Store, batch: _Batch) -> None:
    if not batch.actions:
        return
    with store.transaction():
        _change(store, batch)


def _change(store: Store, batch: _Batch) -> None:
    good, quarantined = split_records(*(e.records for e in batch.extractions))
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


def split_records(*frames: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Normalise raw records and split them by their contract into good ones and quarantined ones."""
    contract = CONTRACTS["records"]
    raw = pl.concat([empty(contract).drop("title", "abstract", "document_id"), *frames], how="diagonal")
    return split(normalise_records(raw), contract)


def renormalise(store: Store) -> None:
    """Normalise and split every record anew from its raw text; the caller holds the transaction."""
    sizes = store.query("dump_sizes").with_columns(part=pl.col("records").cum_sum() // BATCH_RECORDS)
    for part in sizes.partition_by("part", maintain_order=True):
        chosen = part.select("dump_id")
        good, quarantined = split_records(store.query("raw_records", chosen=chosen))
        store.execute("replace_records", chosen=chosen, new_records=good, new_quarantined=quarantined)
