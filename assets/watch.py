"""When the dump folder is worth a run: a decision on what is seen now and what was seen before."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import PapersieveError
from warehouse.ingest import find_files


class NoDumpsError(PapersieveError):
    """The dump folder is missing or holds no file; the message says what to do."""


class DumpFile(NamedTuple):
    """One dump file as a look at the folder sees it: enough to notice that it was changed."""

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
    """Files of the folder that ingestion reads, in its order. Raises NoDumpsError."""
    if not folder.is_dir():
        raise NoDumpsError(
            f"{folder}: there is no such folder. Make it and put dumps into it, or set PAPERSIEVE_DUMPS to the folder that has them."
        )
    paths = [path for path in find_files([folder]) if path.is_file()]
    if not paths:
        raise NoDumpsError(
            f"{folder}: there is no dump in this folder. Put dumps into it, or set PAPERSIEVE_DUMPS to the folder that has them."
        )
    return paths


def look(folder: Path) -> list[DumpFile]:
    """Every dump file of the folder. Raises NoDumpsError."""
    seen = []
    for path in dump_paths(folder):
        with suppress(FileNotFoundError):  # taken away since it was listed: the next look will do without it
            stat = path.stat()
            seen.append(DumpFile(path.relative_to(folder).as_posix(), stat.st_size, stat.st_mtime_ns))
    return seen


def decide(files: Iterable[DumpFile], cursor: str | None) -> Decision:
    """Request a run where the files are others than at the last request, and the same as at the last look.

    So files that are still being copied wait. The run key is a hash of the files and of the run key before
    it: Dagster never runs a key twice, and a folder may well return to a state that it was in before.
    """
    files = sorted(files)
    before = json.loads(cursor) if cursor else {}
    seen = _hash([list(file) for file in files])
    told = f"{len(files):,} file(s), {sum(file.size for file in files):,} bytes"
    if seen == before.get("requested"):
        return Decision(None, _remember(before, seen=seen), f"{told}: as at the last request")
    if seen != before.get("seen"):
        return Decision(
            None,
            _remember(before, seen=seen),
            f"{told}: changed; waiting for a look that finds them unchanged, as they may still be being copied",
        )
    run_key = _hash([before.get("run_key"), seen])
    return Decision(
        run_key, _remember(before, requested=seen, run_key=run_key), f"{told}: changed since the last request"
    )


def _remember(before: dict[str, str], **news: str) -> str:
    return json.dumps(before | news, sort_keys=True)


def _hash(value: object) -> str:
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=16).hexdigest()
