"""Versions of the published warehouse: the one in place, and earlier ones in a folder next to it.

An earlier version can be put back. It can also be updated: the changes since then are written into it, and it is put in
place, so the cost of publishing depends on the changes and not on the whole. A version that anyone has open is never
written to; if that can't be known for sure, the one in place is copied instead.
"""

import os
from datetime import datetime
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import BusyError, PapersieveError
from papersieve.warehouse.duckdb_faults import first_line, holder_of, refusal_of
from papersieve.warehouse.files import aside, flush, flush_folder, identity_of, link_or_clone, log_of, real_place
from papersieve.warehouse.published.reader import attached, read_publication, reading
from papersieve.warehouse.sql import ask_rows

#: Filesystems on which the locks of other processes, in a container or not, are visible.
_LOCAL = {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay", "bcachefs"}


def refuse_foreign(warehouse: Path) -> None:
    """Raise PapersieveError if the file at the place is not one that we made: it is not ours to replace."""
    if not warehouse.exists():
        return
    try:
        with reading(warehouse) as con:
            ask_rows(con, "is_publication")
    except duckdb.Error as error:
        if who := holder_of(error):
            raise BusyError(
                f"{warehouse}: {who} has it open for writing, so it can't be replaced",
                "Close it there; readers open it read-only.",
            ) from error
        if refusal := refusal_of(warehouse, error):
            raise PapersieveError(refusal) from error
        raise PapersieveError(
            f"{warehouse}: expected a published papersieve warehouse, found another file "
            f"({first_line(error)}). Move it away, or choose another place with --warehouse FILE."
        ) from error


def folder_of(warehouse: Path) -> Path:
    """The folder of earlier versions; it may not exist."""
    place = real_place(warehouse)
    return place.with_name(f"{place.name}.versions")


def kept_versions(warehouse: Path) -> dict[Path, int]:
    """Earlier versions with their revisions, in the order of publication, without the one in place.

    Revision numbers don't give this order: after a restore they continue from those of the backup, and two versions may
    have the same number. Nor do the times of the files, which a copy of the folder changes.
    """
    in_place, found = identity_of(warehouse), []
    for file in folder_of(warehouse).glob("*.duckdb"):
        revision = file.stem.partition("-")[0]  # earlier releases left the id out
        if revision.isdigit() and identity_of(file) not in (in_place, None):  # None: just removed by a run
            found.append((published_at(file) or datetime.min, int(revision), file))
    return {file: revision for _, revision, file in sorted(found)}


def published_at(version: Path) -> datetime | None:
    """When a version was published; None if there is none, or if it can't be read."""
    found = read_publication(version)
    return found.published_at if found else None


def last_published_at(warehouse: Path) -> datetime | None:
    """When the last of all versions was published; None if there is none."""
    return max(filter(None, map(published_at, [*kept_versions(warehouse), warehouse])), default=None)


def choose_base(warehouse: Path, *, keep: int) -> Path | None:
    """The version to update: the oldest one if `keep` versions are kept and nobody has it open, otherwise the one in
    place. None if there is none.
    """
    kept = list(kept_versions(warehouse))
    if kept and len(kept) >= keep and _is_free(kept[0]):
        return kept[0]
    return warehouse if warehouse.exists() else None


def put_in_place(built: Path, warehouse: Path, *, keep: int) -> None:
    """Make the file durable, rename it, then make the name durable: in any other order, a power cut could leave half a
    file.

    The version that was in place is kept under its revision and id; the oldest ones beyond `keep` are removed. A log
    that somebody's killed client left is removed first: DuckDB would not open another file with it.
    """
    if log_of(built).exists():
        raise PapersieveError(f"{built}: a write-ahead log was left beside the built warehouse; nothing was published")
    flush(built)
    if keep:
        _keep(warehouse)
    if log_of(warehouse).exists():
        log_of(warehouse).unlink()
        flush_folder(warehouse.parent)
    os.replace(built, warehouse)
    for old in list(kept_versions(warehouse))[: -keep or None]:
        old.unlink()
    flush_folder(warehouse.parent)


def _keep(warehouse: Path) -> None:
    """Give the version in place a second name, made of its revision and id."""
    found = read_publication(warehouse)
    if not found:
        return
    folder_of(warehouse).mkdir(exist_ok=True)
    named = aside(warehouse, "kept.building")
    link_or_clone(warehouse, named)
    os.replace(named, folder_of(warehouse) / f"{found.revision:09}-{found.revision_id}.duckdb")
    named.unlink(missing_ok=True)  # it still exists if both names were links to the same file
    flush_folder(folder_of(warehouse))


def _is_free(version: Path) -> bool:
    """Whether it is certain that no process, this one included, has the file open."""
    status = version.stat()
    if status.st_nlink != 1 or _filesystem(version) not in _LOCAL:
        return False
    # A process is not stopped by its own locks, so its open files are checked.
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            opened = os.stat(f"/proc/self/fd/{descriptor}")
        except OSError:
            continue
        if (opened.st_dev, opened.st_ino) == (status.st_dev, status.st_ino):
            return False
    try:
        with attached(version):
            pass
    except duckdb.Error:
        return False
    return True


def _filesystem(path: Path) -> str | None:
    """The type of the filesystem of a path, as Linux names it; None on other systems."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    device = path.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for mount in mounts:
        fields, _, rest = mount.partition(" - ")
        if fields.split()[2] == wanted:
            return rest.split()[0]
    return None
