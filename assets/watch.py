"""When the dump folder needs a run, judged by its files now and at earlier looks."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.extract.dump_labels import LABELS
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.store.files_at_places import find_files

#: Tag of a materialisation of `dumps`: the state of the folder that the run read.
FOLDER_STATE = "papersieve/folder_state"


class NoDumpsError(PapersieveError):
    """The dump folder is missing or holds no file; the message says what to do."""


class DumpFile(NamedTuple):
    """A dump file as seen in the folder: enough to notice a change."""

    name: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Decision:
    """Whether to request a run (`run_key`, else None), what to remember for the next look, and why."""

    run_key: str | None
    cursor: str
    message: str


def dump_paths(folder: Path) -> list[Path]:
    """The dumps of the folder, in order of their names. Raises NoDumpsError.

    An empty folder is refused too: more likely a disk is not mounted than somebody wants all dumps removed.
    """
    remedy = "dumps into it, or set PAPERSIEVE_DUMPS to the folder that holds them."
    if not folder.is_dir():
        raise NoDumpsError(f"{folder}: no such folder. Create it and put {remedy}")
    paths = [path for path in find_files([folder]) if isinstance(path, Path) and path.is_file()]
    if not paths:
        raise NoDumpsError(f"{folder}: this folder holds no dump. Put {remedy}")
    return paths


def look(folder: Path) -> list[DumpFile]:
    """Every dump file of the folder, and the label files next to them. Raises NoDumpsError."""
    dumps, seen = dump_paths(folder), []
    for path in (*dumps, *sorted({dump.parent / LABELS for dump in dumps})):
        # Few folders have labels, and a dump may have been removed since it was listed.
        with suppress(FileNotFoundError):
            stat = path.stat()
            seen.append(DumpFile(path.relative_to(folder).as_posix(), stat.st_size, stat.st_mtime_ns))
    return seen


def state_of(files: Iterable[DumpFile]) -> str:
    """An identifier of the state of the folder."""
    return _hash(sorted(files))


def decide(
    files: Iterable[DumpFile],
    cursor: str | None,
    waiting_for: str | None = None,
    taken_in: str | None = None,
    failed: str | None = None,
) -> Decision:
    """Request a run if the files differ from those at the last request, and are the same as at the last look.

    So files that are still being copied wait, and everything waits while a run (`waiting_for`) is unfinished. Files
    that another run has read (`taken_in`: the `state_of` the folder that it saw) count as requested. If that run saw
    other files than those there now, the present files are read again, even if they are the requested ones. The run key
    is a hash of the files and of the previous run key, because Dagster never runs a key twice and a folder may return
    to an earlier state. failed: the last run, if it failed, which is not requested again for the same files.

    The cursor has the same size for any number of files: Dagster stores it again for every look.
    """
    before: dict[str, Any] = json.loads(cursor) if cursor else {}

    def decision(why: str, **news: Any) -> Decision:
        return Decision(news.get("run_key"), json.dumps(before | news, sort_keys=True), f"{told}: {why}")

    files, was = list(files), before.get("requested")
    seen = state_of(files)
    told = f"{counted(len(files), 'file')}, {counted(sum(file.size for file in files), 'byte')}"
    is_overtaken = taken_in not in (None, seen, before.get("taken_in"))
    if seen == was and not is_overtaken:
        last = f"; run {failed}, the last one, failed: see its page, then materialise all, or wait for the daily run"
        return decision(f"unchanged since the last request{last if failed else ''}", seen=seen, taken_in=taken_in)
    if seen == taken_in:
        return decision("already read by another run", seen=seen, requested=seen, taken_in=taken_in)
    changes = "changed since the last request" if was else "nothing was requested yet"
    if seen == was:
        changes = "another run has since read different files"
    if seen != before.get("seen"):
        why = "waiting until two checks in a row find them unchanged, as copying may not have finished"
        return decision(f"{changes}; {why}", seen=seen)
    if waiting_for:
        return decision(f"{changes}; waiting for run {waiting_for} to finish", seen=seen)
    run_key = _hash([before.get("run_key"), seen])
    return decision(changes, requested=seen, taken_in=taken_in, run_key=run_key)


def _hash(value: object) -> str:
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=8).hexdigest()
