"""Rollback: an earlier version of the warehouse is put back in place and kept there, under the warehouse's lock."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.files import (
    aside,
    clone,
    flush_folder,
    identity_of,
    link_or_clone,
    real_place,
    rename_durably,
    sweep,
)
from papersieve.warehouse.locks import Hold, hold
from papersieve.warehouse.published.reader import Publication, read_publication, reading
from papersieve.warehouse.published.versions import folder_of, kept_versions, put_in_place, refuse_foreign
from papersieve.warehouse.sql import ask_rows
from papersieve.warehouse.store.store_file import built_aside


def hold_file(warehouse: Path) -> Path:
    """The file in which a rollback notes the version that it keeps in place. While it exists, nothing is published."""
    return folder_of(warehouse) / "held"


def is_held(warehouse: Path) -> bool:
    """Whether a rollback keeps the version in place."""
    return hold_file(warehouse).exists()


@contextmanager
def hold_warehouse(warehouse: Path, wait_seconds: float = 0, *, is_releasing: bool = False) -> Iterator[Hold]:
    """Keep other commands from replacing the warehouse, finish a rollback that was killed, and remove what killed runs
    left behind.

    is_releasing: the rollback is about to end, so it is not finished first. Raises BusyError as `locks.hold` does.
    """
    if not real_place(warehouse).parent.is_dir():
        raise PapersieveError(f"{warehouse}: there is no such folder. Name the warehouse with --warehouse.")
    with hold(warehouse, "warehouse", wait_seconds) as held:
        # What killed commands left behind: under the lock, every scratch file. A reader whose file goes makes another.
        sweep(held.place, re.escape(held.place.name), r".*building(\.wal)?", is_ours=True)
        if not is_releasing:
            _finish(held.place)
        yield held


def _finish(warehouse: Path) -> None:
    """Put the noted version in place, if it is not there yet; the caller has the warehouse's lock."""
    try:
        _, identity = hold_file(warehouse).read_text(encoding="ascii").split()
    except (FileNotFoundError, ValueError):  # no note, or one by an earlier release, which means the version in place
        return
    kept = next((path for path in kept_versions(warehouse) if _word(read_publication(path)) == identity), None)
    if not kept or _word(read_publication(warehouse)) == identity:
        return
    file = identity_of(kept)
    with built_aside(warehouse, "rollback.building") as building:
        clone(kept, building)
        put_in_place(building, warehouse, keep=len(kept_versions(warehouse)) + 1)
    # Otherwise the name now belongs to the version that was in place: a revision can have two forms.
    if identity_of(kept) == file:
        kept.unlink()


def _word(version: Publication | None) -> str | None:
    """A word that distinguishes a published file from all others."""
    return f"{version.revision_id}-{version.fingerprint}" if version else None


def versions(warehouse: Path) -> list[dict[str, Any]]:
    """One row per version that is in place or can be put there, in order of publication: revision, revision_id,
    published_at, store_version, papers, records, dumps, size_bytes, is_in_place, path.
    """
    rows = []
    for path in [*kept_versions(warehouse), warehouse]:
        if not path.exists():  # none is in place, or a publishing run has just removed the oldest
            continue
        size_bytes = path.stat().st_size
        with reading(path) as con:
            (row,) = ask_rows(con, "version_contents")
        rows.append({**row, "size_bytes": size_bytes, "is_in_place": path == warehouse, "path": str(path)})
    return sorted(rows, key=lambda row: row["published_at"])


def rollback(warehouse: Path, revision: int | str | None = None, *, wait_seconds: float = 0) -> int:
    """Put an earlier version in place and keep it there; return its revision.

    revision: its number, or the first characters of its id; None: the version published before the one in place. The
    version that was in place is kept, and can be put back in the same way. Raises PapersieveError if there is no such
    version, or more than one; BusyError if a run is publishing.
    """
    with hold_warehouse(warehouse, wait_seconds) as held:
        refuse_foreign(held.place)
        chosen = _chosen(held.place, revision)
        held.assure()
        with _noted(held.place, f"{chosen.revision} {_word(chosen)}\n"):
            _finish(held.place)
    return chosen.revision


def _chosen(warehouse: Path, asked: int | str | None) -> Publication:
    """The requested one of the kept versions; of several forms of one revision, the one published last."""
    kept = list(filter(None, map(read_publication, kept_versions(warehouse))))
    in_place = read_publication(warehouse)
    if asked is None:
        found = [v for v in kept if not in_place or v.published_at < in_place.published_at][-1:] or kept[-1:]
    else:
        found = [v for v in kept if str(v.revision) == str(asked)]
        found = found or [v for v in kept if asked and v.revision_id.startswith(str(asked))]
    if len({v.revision_id for v in found}) != 1:
        known = ", ".join(f"{v.revision} ({v.revision_id[:8]})" for v in found or kept)
        if found:
            raise PapersieveError(f"{warehouse}: {asked} may be {known}. Give the first characters of an id.")
        if not kept:
            raise PapersieveError(
                f"{warehouse}: no earlier version is kept. The setting keep_versions says how many are."
            )
        raise PapersieveError(
            f"{warehouse}: expected one of the versions that are kept, {known}; found {asked or 'no number or id'}. `papersieve rollback --list` shows them."
        )
    return found[-1]


@contextmanager
def _noted(warehouse: Path, note: str) -> Iterator[None]:
    """Note the rollback before it takes effect, so that the next command can complete it. A failure undoes the note."""
    folder_of(warehouse).mkdir(exist_ok=True)
    place = hold_file(warehouse)
    before = place.read_bytes() if place.exists() else None
    _write(warehouse, note.encode("ascii"))
    try:
        yield
    except BaseException:
        if before is None:
            place.unlink(missing_ok=True)
        else:
            _write(warehouse, before)
        raise


def _write(warehouse: Path, note: bytes) -> None:
    written = aside(warehouse, "held.building")
    written.write_bytes(note)
    rename_durably(written, hold_file(warehouse))


def release(warehouse: Path, *, wait_seconds: float = 0) -> bool:
    """Let the next run publish again; False if no version was kept in place."""
    with hold_warehouse(warehouse, wait_seconds, is_releasing=True) as held:
        was_held = is_held(held.place)
        hold_file(held.place).unlink(missing_ok=True)
        flush_folder(held.place.parent)
    return was_held


def keep_apart(warehouse: Path) -> None:
    """Move the versions of another store, including a copy of the one in place, to a folder of their own.

    The caller has the warehouse's lock. Revisions of two stores can have the same numbers.
    """
    versions = folder_of(warehouse)
    versions.mkdir(exist_ok=True)
    copy = versions / warehouse.name
    copy.unlink(missing_ok=True)
    link_or_clone(warehouse, copy)
    os.replace(versions, versions.with_name(f"{versions.name}.of-another-store-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"))
