"""The first stage: files become dumps, line spans, records and quarantined records in the store."""

import os
import shlex
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import chain, groupby
from pathlib import Path

import polars as pl

from checks.schemas import CONTRACTS
from checks.split import empty, require
from pipeline.errors import DumpError
from pipeline.extract.address import AtHand, is_elsewhere, location_of
from pipeline.extract.detect import installed
from pipeline.extract.folders import files_below
from pipeline.extract.location import archive_of, as_once_written, file_of
from pipeline.extract.read import Extraction, extract_parts
from pipeline.extract.source import UNREACHED, BrokenDump, RawDump, find_dumps
from pipeline.normalise import split_records
from pipeline.readers import Answer, Read, Readers, split_extraction
from pipeline.settings import Reading
from warehouse.progress import Progress, silent
from warehouse.rename import given_way, renamed
from warehouse.store import Store, StoreError

#: A transaction takes this many records, or dumps, at most; a dump with more has one of its own, and is written in parts.
BATCH_RECORDS, BATCH_DUMPS = 20_000, 500

#: Places, and dumps, that a message names; more are counted.
_TOLD, _CANDIDATES = 3, 10


@dataclass(frozen=True)
class DumpOutcome:
    """What became of one file of a call: added, replaced, located, unchanged, withdrawn or unreadable; or of a place
    that an earlier call found a dump at: removed.
    """

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
        records = sum(e.entries for e in self.extractions)
        return records >= BATCH_RECORDS or len(self.actions) >= BATCH_DUMPS


def find_files(paths: Iterable[AtHand]) -> Iterator[AtHand]:
    """Files that paths name: a folder stands for the files in it and below, in order of their names.

    Names that start with `.` or `_` are not dumps. A path that does not exist, and a folder that is empty or can't be
    listed, are yielded as they are: reading them says what is wrong.
    """
    for path in paths:
        is_folder = isinstance(path, Path) and os.path.isdir(path)
        yield from (files_below(path) if is_folder else ()) or [path]


def ingest(
    store: Store, paths: Iterable[AtHand], progress: Progress, reading: Reading | None = None
) -> list[DumpOutcome]:
    """Add or replace the dumps that paths name; what is in the store already costs only the reading.

    A dump that was withdrawn is passed over where a folder holds it; a path that names the file adds it again.
    A file, or a member of an archive, that can't be read as a dump is remembered with the reason for as long as
    it is there; an older dump that its place held stays. Two places with the same bytes are one dump. A place that
    holds no dump any more, as its file is gone or the archive has no such member, keeps what it said, and is told.
    """
    return _Ingestion(store, reading or Reading()).take_all(list(paths), progress)


def foresee(store: Store, paths: Iterable[AtHand], reading: Reading | None = None) -> list[DumpOutcome]:
    """What `ingest` would make of the paths, and the store left as it is."""
    return _Ingestion(store, reading or Reading(), is_dry=True).take_all(list(paths), silent)


def messages_of(outcomes: list[DumpOutcome]) -> list[str]:
    """What a call has to say of its files, of places that are no more in one message, and of formats it did without."""
    messages = [o.message for o in outcomes if o.message]
    if removed := [o.location for o in outcomes if o.outcome == "removed" and not o.message]:
        more = f" and {len(removed) - _TOLD:,} more" if len(removed) > _TOLD else ""
        messages.append(
            f"not there any more: {', '.join(removed[:_TOLD])}{more}. What was read there stays; "
            f"to take it back: papersieve withdraw {shlex.quote(removed[0])}"
        )
    is_read = any(o.outcome in ("added", "replaced", "unreadable") for o in outcomes)
    return messages + (list(installed().broken.values()) if is_read else [])


def withdraw(store: Store, names: Iterable[str], *, is_remembered: bool = True) -> pl.DataFrame:
    """Take dumps back: dump_id, location, name, records of each place given up, and other_places that hold the dump still.

    A name is a location, which means that place alone, or a dump's id, at least its first six digits, or a file name,
    which mean the dump, wherever it lies. What only these dumps said is retracted by the next refresh. is_remembered:
    whether a dump that has no place any more is passed over from now on where a folder still holds it. Raises
    StoreError, and changes nothing, where a name means no dump, or several.
    """
    wanted = list(dict.fromkeys(os.fsencode(name).decode("utf-8", "backslashreplace") for name in names))
    frame = _strings([(name, _as_location(name)) for name in wanted], "name", "location")
    found = store.query("dumps_named", wanted=frame)
    _refuse_unclear(store, wanted, found)
    places = found.drop("wanted", "is_named").unique("location").sort("location")
    places = places.with_columns(pl.col("other_places") + 1 - pl.len().over("dump_id").cast(pl.Int64))
    ingestion = _Ingestion(store, Reading())
    ingestion.batch.freed += places["location"].to_list()
    ingestion.batch.actions += [("withdraw", dump_id, location) for dump_id, location, *_ in places.iter_rows()]
    with store.transaction():
        if is_remembered:
            store.execute("withdraw_dumps", withdrawn=places.filter(other_places=0).select("dump_id").unique())
        ingestion.change_dumps()
    return places


def _as_location(name: str) -> str:
    """Where a person's path leads, as the store writes it."""
    return "" if is_elsewhere(name) else location_of(Path(name))


def _refuse_unclear(store: Store, wanted: list[str], found: pl.DataFrame) -> None:
    """Raise StoreError where a name means no dump, or several."""
    for name in wanted:
        meant = found.filter(pl.col("wanted") == name)
        if meant.is_empty():
            raise StoreError(
                f"{store.path}: holds no dump of the name {name!r}: expected an id (or its first six digits), a location "
                "or a file name, as `papersieve query 'FROM dumps'` shows them. Nothing was withdrawn."
            )
        if (count := meant["dump_id"].n_unique()) > 1:
            dumps = meant.filter(pl.col("is_named")).select("dump_id", "location").unique("dump_id").sort("location")
            shown_dumps = "; ".join(
                f"{dump_id} {location}" for dump_id, location in dumps.head(_CANDIDATES).iter_rows()
            )
            more = f"; and {count - _CANDIDATES:,} more" if count > _CANDIDATES else ""
            raise StoreError(
                f"{store.path}: {name!r} means {count:,} dumps: {shown_dumps}{more}. Give a whole id or a location. "
                "Nothing was withdrawn."
            )


class _Ingestion:
    """One call's way through its files: what the store holds, and the changes that the next transaction makes."""

    def __init__(self, store: Store, reading: Reading, *, is_dry: bool = False) -> None:
        self.store, self.reading, self.batch, self.is_dry = store, reading, _Batch(), is_dry
        self.holds: dict[str, str] = dict(store.query("known_dumps").iter_rows())
        self.withdrawn = set(store.query("withdrawn_dumps")["dump_id"])
        #: Dumps that are in the store, or will be, before those that lost their last place leave it with the batch.
        self.stored = set(self.holds.values())
        #: Where each dump of this call was found.
        self.present = set[str]()
        self.faults = {place: (code, message) for place, code, message in store.query("unreadable_dumps").iter_rows()}

    def take_all(self, paths: list[AtHand], progress: Progress) -> list[DumpOutcome]:
        self._rename_places()
        real = cache(os.path.realpath)  # a folder is asked once
        by_location = {location_of(path, real): path for path in find_files(paths)}
        looked_at, files = list(by_location), list(by_location.values())
        named = {location_of(path) for path in paths if isinstance(path, Path) or not path.folder}
        outcomes, whole_faults = [], set[str]()
        with Readers(self.reading) as self.readers:
            for done, found, answer in self.readers.ahead(self._find(files), self._is_new):
                progress("ingest", done, len(files))
                if isinstance(found, BrokenDump):
                    whole_faults.add(found.location)
                self.present.add(found.location)
                self._adopt(found)
                outcomes.append(self._take(found, answer, is_named=looked_at[done] in named))
                if self.batch.is_full:
                    self._commit()
        for gone in [place for place in self.faults if place not in self.present and _is_gone(place, by_location)]:
            self.batch.readable.append(gone)
            self.batch.actions.append(("mend", None, gone))
        self._commit()
        progress("ingest", len(files), len(files))
        folders = {location_of(path) if isinstance(path, Path) else path.folder or path.location for path in paths}
        return outcomes + list(self._removed(by_location.keys() - whole_faults, by_location, folders))

    def _removed(self, searched: set[str], looked_at: Container[str], folders: set[str]) -> Iterator[DumpOutcome]:
        """Places that hold no dump any more: of files that were searched to their end, and of files that a folder had."""
        below = tuple(folder.rstrip("/") + "/" for folder in folders)
        for location in sorted(self.holds):
            file = archive_of(location)
            if location in self.present or not (file in searched or file.startswith(below)):
                continue
            if file in searched or (file not in looked_at and _is_missing(location)):
                yield DumpOutcome(location, location.rpartition("/")[2], "removed")

    def _adopt(self, found: RawDump | BrokenDump) -> None:
        """Give a place its name of now where an earlier version wrote it in another way.

        What looks like a member may be a file as it was once written; it is taken for one where its bytes are there.
        """
        old, new = as_once_written(found.location), found.location
        if old == new or old not in self.holds or old in self.present:
            return
        is_same = isinstance(found, RawDump) and self.holds[old] == found.dump_id and not file_of(old).exists()
        if new in self.holds or not is_same:
            return
        self._commit()
        dump_id = self.holds.pop(old)
        self.batch.freed.append(old)
        self.holds[new] = dump_id
        self.batch.placed.append((new, found.name, dump_id))
        self.batch.actions.append(("locate", dump_id, new))
        self._commit()

    def _rename_places(self) -> None:
        """Call places that the store knows by other spellings by their one name."""
        names = renamed((*self.holds, *self.faults))
        if not names:
            return
        older = given_way(self.holds, names, dict(self.store.query("placed_last").iter_rows()))
        self.batch.freed += older
        self.batch.actions += [("withdraw", self.holds.pop(place), place) for place in older]
        self.batch.actions += [("rename", self.holds[place], names[place]) for place in names if place in self.holds]
        if not self.is_dry:
            with self.store.transaction():
                self.change_dumps()
                self.store.execute("rename_places", renamed=_strings(list(names.items()), "old", "location"))
        self.holds = {names.get(place, place): dump_id for place, dump_id in self.holds.items()}
        self.faults = {names.get(place, place): fault for place, fault in self.faults.items()}
        self._begin_batch()

    def _find(self, files: list[AtHand]) -> Iterator[tuple[int, RawDump | BrokenDump]]:
        for number, path in enumerate(files):
            for found in find_dumps(path, self.reading):
                yield number, found

    def _is_new(self, found: RawDump) -> bool:
        """Whether the dump has to be read, as things stand: what is a dump's turn before its own may change that."""
        return not (found.dump_id in self.stored or found.dump_id in self.withdrawn)

    def _take(self, found: RawDump | BrokenDump, answer: Answer, *, is_named: bool) -> DumpOutcome:
        """Read one dump where nobody has, note in the batch what changes, and say what became of it."""
        if isinstance(found, BrokenDump):
            return self._reject(found.name, found.location, found.error)
        held = self.holds.get(found.location)
        if found.dump_id in self.withdrawn and not held and not is_named:
            message = f"{found.location}: was withdrawn, so it is passed over. Name the file itself to add it again."
            return DumpOutcome(found.location, found.name, "withdrawn", None, message)
        if held == found.dump_id:
            outcome = "unchanged"
        elif found.dump_id in self.stored:
            outcome = "located"
        else:
            outcome = "replaced" if held else "added"
            try:
                if isinstance(answer, DumpError):
                    raise answer
                parts = iter([answer]) if answer else extract_parts(found, self.reading)
                first = next(parts)
                if first.dump.is_empty():
                    return self._take_in_parts(found, held, outcome, chain([first], parts))
            except DumpError as error:
                return self._reject(found.name, found.location, error)
            self.batch.extractions.append(first)
        return self._place(found, held, outcome)

    def _take_in_parts(
        self, found: RawDump, held: str | None, outcome: str, parts: Iterator[Extraction]
    ) -> DumpOutcome:
        """Take a dump that is not held whole, in a transaction of its own. Raises DumpError, with nothing written."""
        self._commit()
        if self.is_dry:
            return self._place(found, held, outcome)
        with self.store.transaction():
            for part in self.readers.split(parts, found.size_bytes):
                self._write(part)
            self.batch.extractions.append(part)
            result = self._place(found, held, outcome)
            self.change_dumps()
        self._begin_batch()
        return result

    def _reject(self, name: str, location: str, error: DumpError) -> DumpOutcome:
        fault = (error.reason_code, str(error))
        is_there = error.reason_code not in UNREACHED if is_elsewhere(location) else os.path.isfile(file_of(location))
        if is_there and self.faults.get(location) != fault:
            self.batch.unreadable.append((location, name, *fault))
            self.batch.actions.append(("reject", None, location))
            self.faults[location] = fault
        return DumpOutcome(location, name, "unreadable", *fault)

    def _place(self, found: RawDump, held: str | None, outcome: str) -> DumpOutcome:
        """Note in the batch that the dump is where it was found."""
        location, dump_id = found.location, found.dump_id
        if self.faults.pop(location, None):
            self.batch.readable.append(location)
            self.batch.actions.append(("mend", dump_id, location))
        if outcome == "unchanged":
            return DumpOutcome(location, found.name, outcome)
        if held:
            self.batch.freed.append(location)
            self.batch.actions.append(("withdraw", held, location))
        self.holds[location] = dump_id
        self.stored.add(dump_id)
        self.batch.placed.append((location, found.name, dump_id))
        self.batch.actions.append(("locate" if outcome == "located" else "add", dump_id, location))
        same = next((place for place, dump in self.holds.items() if dump == dump_id and place != location), None)
        message = f"{location}: the same bytes as {same}, counted as one dump" if same else None
        return DumpOutcome(location, found.name, outcome, None, message)

    def _commit(self) -> None:
        if self.batch.actions and not self.is_dry:
            with self.store.transaction():
                for part in _joined(self.batch.extractions):
                    self._write(part)
                self.change_dumps()
        self._begin_batch()

    def _begin_batch(self) -> None:
        self.batch = _Batch()
        self.stored = set(self.holds.values())

    def _write(self, part: Extraction) -> None:
        """Write records and lines of a part of a dump, or of several dumps, held against their contracts."""
        read = part if isinstance(part, Read) else split_extraction(part)
        self.store.execute(
            "add_lines",
            new_spans=_held("line_spans", part.line_spans),
            new_rejected=_held("rejected_lines", part.rejected_lines),
            new_notices=_held("notices", part.notices),
            new_records=read.records,
            new_quarantined=read.quarantined,
        )

    def change_dumps(self) -> None:
        """Bring ledger, dumps and places up to date with the batch; the caller holds the transaction."""
        batch = self.batch
        self.store.execute(
            "change_dumps",
            freed_locations=pl.DataFrame({"location": batch.freed}, schema={"location": pl.String}),
            placed_dumps=_strings(batch.placed, "location", "name", "dump_id"),
            unreadable=_strings(batch.unreadable, "location", "name", "reason_code", "message"),
            readable=pl.DataFrame({"location": batch.readable}, schema={"location": pl.String}),
            actions=_strings(batch.actions, "action", "dump_id", "location").with_row_index("place"),
            new_dumps=_held("dumps", *(e.dump for e in batch.extractions)).with_row_index("place", offset=1),
        )


def _is_gone(location: str, looked_at: Container[str]) -> bool:
    """Whether a place is no more: its file is not there, or was looked at and has no such member any more."""
    file = archive_of(location)
    return (file != location and file in looked_at) or (
        not is_elsewhere(location) and not os.path.exists(file_of(location))
    )


def _is_missing(location: str) -> bool:
    """Whether a file that a folder held is not in it any more; a folder that can't be looked into may still hold it."""
    if is_elsewhere(location):
        return True
    try:
        file_of(location).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False


def _strings(rows: list[tuple[str, ...]], *columns: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _held(contract: str, *frames: pl.DataFrame) -> pl.DataFrame:
    """Rows of one kind, held against their contract."""
    return require(pl.concat([empty(CONTRACTS[contract]), *frames], how="diagonal"), CONTRACTS[contract])


def _joined(extractions: list[Extraction]) -> Iterator[Extraction]:
    """Parts in their order, those one behind the other that are of one kind as one."""
    for kind, alike in groupby(extractions, type):
        parts = list(alike)
        yield kind(*(pl.concat([getattr(part, column.name) for part in parts]) for column in fields(kind)))


def renormalise(store: Store) -> None:
    """Normalise and split every record anew from its raw text; the caller holds the transaction."""
    sizes = store.query("dump_sizes").with_columns(part=pl.col("records").cum_sum() // BATCH_RECORDS)
    for part in sizes.partition_by("part", maintain_order=True):
        chosen = part.select("dump_id")
        good, quarantined = split_records(store.query("raw_records", chosen=chosen))
        store.execute("replace_records", chosen=chosen, new_records=good, new_quarantined=quarantined)
