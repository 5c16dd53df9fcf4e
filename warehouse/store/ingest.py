"""Ingestion: files become dumps, line spans, records and quarantined records in the store."""

import os
import shlex
from collections.abc import Container, Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from papersieve.pipeline.errors import DumpError, SettingsError
from papersieve.pipeline.extract.dump_files import UNREACHED, find_dumps
from papersieve.pipeline.extract.dump_labels import LABELS, Label, LabelFiles, label_of
from papersieve.pipeline.extract.places.address import AtHand, is_elsewhere, location_of
from papersieve.pipeline.extract.places.location import archive_of, file_of
from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump
from papersieve.pipeline.extract.read import Extraction, extract_parts
from papersieve.pipeline.extract.read_ahead import Readers
from papersieve.pipeline.extract.read_normalised import Answer
from papersieve.pipeline.processes import garbage_sought_seldom, give_memory_back
from papersieve.pipeline.progress import Progress, silent
from papersieve.pipeline.reading_settings import Reading
from papersieve.warehouse.store.bytes_read import BytesRead
from papersieve.warehouse.store.dump_batch import DumpBatch, strings, write_part
from papersieve.warehouse.store.files_at_places import find_files, given_way, is_gone, is_missing, moved, renamed
from papersieve.warehouse.store.files_read import FilesRead
from papersieve.warehouse.store.gate import has_entries, refuse_empty
from papersieve.warehouse.store.outcomes import DumpOutcome
from papersieve.warehouse.store.store import Store


@garbage_sought_seldom()
def ingest(
    store: Store, paths: Iterable[AtHand], progress: Progress, reading: Reading | None = None
) -> list[DumpOutcome]:
    """Add or replace the dumps that paths name. A dump that is already in the store is only read and hashed, and not
    even that if its file is as it was when it was last read.

    A withdrawn dump is skipped if it is found in a folder; a path that names its file adds it again. A file, or a
    member of an archive, that can't be read as a dump, or has no papers any more, is noted with the reason while it
    exists; an older dump of this place stays. Two places with the same bytes are one dump. If a place no longer has a
    dump, because its file or the member of its archive is gone, its records stay and its outcome is `removed`.
    """
    return _Ingestion(store, reading or Reading()).take_all(list(paths), progress)


def foresee(store: Store, paths: Iterable[AtHand], reading: Reading | None = None) -> list[DumpOutcome]:
    """The outcomes that `ingest` would have; the store is not changed."""
    return _Ingestion(store, reading or Reading(), is_dry=True).take_all(list(paths), silent)


class _Ingestion:
    """The work of one call: what the store has, and the changes for the next transaction."""

    def __init__(self, store: Store, reading: Reading, *, is_dry: bool = False) -> None:
        self.store, self.reading, self.batch, self.is_dry = store, reading, DumpBatch(), is_dry
        self._hold(dict(store.query("known_dumps").iter_rows()))
        self.withdrawn = set(store.query("withdrawn_dumps")["dump_id"])
        self.present = set[str]()  # the places at which this call found something
        self.labels = LabelFiles()
        #: Files of labels that can't be used, by their places; their dumps keep the labels that they have.
        self.label_faults: dict[str, DumpOutcome] = {}
        self.labelled = {dump_id: Label(*said) for dump_id, *said in store.query("known_labels").iter_rows()}
        self.faults = {place: (code, message) for place, code, message in store.query("unreadable_dumps").iter_rows()}

    def _hold(self, holds: dict[str, str]) -> None:
        """Note the dump of each place, and the places of each dump: none, for now, if it lost its last."""
        self.holds, self.places_of = holds, dict[str, dict[str, None]]()
        for place, dump_id in holds.items():
            self.places_of.setdefault(dump_id, {})[place] = None

    def take_all(self, paths: list[AtHand], progress: Progress) -> list[DumpOutcome]:
        if paths:
            self._rename_places()
        real = cache(os.path.realpath)  # each folder is looked up once
        by_location = {location_of(path, real): path for path in find_files(paths)}
        looked_at, files = list(by_location), list(by_location.values())
        named = {location_of(path) for path in paths if isinstance(path, Path) or not path.folder}
        outcomes, whole_faults = [], set[str]()
        self.files = FilesRead(self.store, self.holds)
        self.bytes_read = BytesRead(files, progress)
        with Readers(self.reading) as self.readers:
            for done, found, answer in self.readers.ahead(self._find(by_location), self._is_new):
                self.bytes_read.begin(done, found)
                if isinstance(found, BrokenDump):
                    whole_faults.add(found.location)
                self.present.add(found.location)
                outcomes.append(self._take(found, answer, is_named=looked_at[done] in named))
                if self.batch.is_full:
                    self._commit()
        for gone in [place for place in self.faults if place not in self.present and is_gone(place, by_location)]:
            self._mend(gone)
        self._commit()
        outcomes += self.label_faults.values()
        self.files.note(self.holds, self.faults)
        self.bytes_read.end()
        folders = {  # links to folders are followed
            location_of(Path(real(path))) if isinstance(path, Path) else path.folder or path.location for path in paths
        }
        return outcomes + list(self._removed(by_location.keys() - whole_faults, by_location, folders))

    def _removed(self, searched: set[str], looked_at: Container[str], folders: set[str]) -> Iterator[DumpOutcome]:
        """Places that no longer have a dump: members of files that were read to the end, and files of a folder."""
        below = tuple(folder.rstrip("/") + "/" for folder in folders)
        for location in sorted(self.holds):
            file = archive_of(location)
            if location in self.present or not (file in searched or file.startswith(below)):
                continue
            if file in searched or (file not in looked_at and is_missing(location)):
                yield DumpOutcome(location, location.rpartition("/")[2], "removed")

    def _rename_places(self) -> None:
        """Give places whose folder was moved, or has become a link, the names that they have now."""
        places, home = (*self.holds, *self.faults), location_of(self.store.path.parent)
        noted = self.store.query("noted_home")["location"].to_list()
        names = renamed(places) | (moved(places, noted[0], home) if noted else {})
        if noted != [home] and not self.is_dry:
            with self.store.transaction():
                self.store.execute("note_home", home=strings([(home,)], "location"))
        if not names:
            return
        older = given_way(self.holds, names, dict(self.store.query("placed_last").iter_rows()))
        self.batch.actions += [("withdraw", self.holds.pop(place), place) for place in older]
        self.batch.actions += [("rename", self.holds[place], names[place]) for place in names if place in self.holds]
        if not self.is_dry:
            with self.store.transaction():
                self.batch.change_dumps(self.store)
                self.store.execute("rename_places", renamed=strings(list(names.items()), "old", "location"))
        self._hold({names.get(place, place): dump_id for place, dump_id in self.holds.items()})
        self.faults = {names.get(place, place): fault for place, fault in self.faults.items()}
        self._begin_batch()

    def _find(self, files: dict[str, AtHand]) -> Iterator[tuple[int, RawDump | BrokenDump]]:
        for number, (location, path) in enumerate(files.items()):
            known = list(self.files.unchanged(location, path, self.holds))
            for found in known or self.files.counted(find_dumps(path, self.reading, location)):
                yield number, found

    def _is_new(self, found: RawDump) -> bool:
        """Whether the dump has to be read, as far as is known now: dumps before it in this call may change that."""
        return not (found.dump_id in self.places_of or found.dump_id in self.withdrawn)

    def _take(self, found: RawDump | BrokenDump, answer: Answer, *, is_named: bool) -> DumpOutcome:
        """Read a dump if it was not read ahead, add its changes to the batch, and return the outcome."""
        if isinstance(found, BrokenDump):
            return self._reject(found.name, found.location, found.error)
        held = self.holds.get(found.location)
        if found.dump_id in self.withdrawn and not held and not is_named:
            message = f"{found.location}: was withdrawn, so it is passed over. Name the file itself to add it again."
            return DumpOutcome(found.location, found.name, "withdrawn", None, message)
        if held == found.dump_id:
            outcome = "unchanged"
        elif found.dump_id in self.places_of:
            outcome = "located"
        else:
            outcome = "replaced" if held else "added"
            try:
                if isinstance(answer, DumpError):
                    raise answer
                if answer is None:
                    parts = extract_parts(self.bytes_read.watched(found), self.reading)
                    return self._take_parts(found, held, outcome, chain([next(parts)], parts))
                refuse_empty(self.store, found, held, is_empty=not answer.entries)
            except DumpError as error:
                return self._reject(found.name, found.location, error)
            self.batch.hold(answer)
        return self._place(found, held, outcome)

    def _take_parts(self, found: RawDump, held: str | None, outcome: str, parts: Iterator[Extraction]) -> DumpOutcome:
        """Write a dump in parts, in a transaction of its own. If it raises DumpError, nothing is written."""
        self._commit()
        if self.is_dry:
            return self._place(found, held, outcome)
        with self.store.transaction():
            for part in self.readers.split(parts, found.size_bytes):
                write_part(self.store, part)
                give_memory_back()
                self.bytes_read.say()
            refuse_empty(self.store, found, held, is_empty=not has_entries(self.store, found.dump_id))
            self.batch.dumps += part.dump.iter_rows()
            result = self._place(found, held, outcome)
            self.batch.change_dumps(self.store)
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

    def _mend(self, location: str) -> None:
        """Note that a place, which may have had a fault, has none any more."""
        if self.faults.pop(location, None):
            self.batch.actions.append(("mend", None, location))

    def _place(self, found: RawDump, held: str | None, outcome: str) -> DumpOutcome:
        """Add the place at which the dump was found to the batch."""
        location, dump_id = found.location, found.dump_id
        self._mend(location)
        if outcome == "unchanged":
            self._label(location, dump_id)
            return DumpOutcome(location, found.name, outcome)
        if held:
            self.batch.actions.append(("withdraw", held, location))
            del self.places_of[held][location]
        self.holds[location] = dump_id
        places = self.places_of.setdefault(dump_id, {})
        same = next(iter(places), None)
        places[location] = None
        self._label(location, dump_id)
        self.batch.placed.append((location, found.name, dump_id))
        self.batch.actions.append(("locate" if outcome == "located" else "add", dump_id, location))
        message = f"{location}: the same bytes as {same}, counted as one dump" if same else None
        if same and is_missing(same):
            message = f"{message}. That file no longer exists. If it was moved, withdraw its old place: papersieve withdraw {shlex.quote(same)}"
        return DumpOutcome(location, found.name, outcome, None, message)

    def _label(self, location: str, dump_id: str) -> None:
        """Add the dump's label to the batch if it changed. Of several places, the first by name decides the label."""
        file = f"{os.path.dirname(archive_of(location))}/{LABELS}"
        if file in self.label_faults:
            return
        try:
            label = label_of(location, self.labels)
        except SettingsError as error:
            self.label_faults[file] = self._reject(LABELS, file, DumpError("labels", str(error)))
            return
        self._mend(file)
        if label == self.labelled.get(dump_id, Label()):
            return
        if location == min(self.places_of[dump_id]):
            self.labelled[dump_id] = label
            self.batch.labels.append((dump_id, *label))
            self.batch.actions.append(("label", dump_id, location))

    def _commit(self) -> None:
        if self.batch.actions and not self.is_dry:
            with self.store.transaction():
                self.batch.write(self.store)
        self._begin_batch()
        give_memory_back()

    def _begin_batch(self) -> None:
        for dump_id in {dump_id for action, dump_id, _ in self.batch.actions if action == "withdraw" and dump_id}:
            if not self.places_of.get(dump_id, True):
                del self.places_of[dump_id]
        self.batch = DumpBatch()
