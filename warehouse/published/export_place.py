"""Where an export is written: a folder on this machine, or one that fsspec can reach.

Files appear complete, and the manifest replaces the old one in a single move.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from glob import has_magic
from itertools import chain
from pathlib import Path
from uuid import uuid4

from papersieve.pipeline.errors import ArgumentError, PapersieveError
from papersieve.pipeline.extract.places.address import Address, Place
from papersieve.pipeline.extract.places.fetch import file_system
from papersieve.pipeline.extract.places.transfer import EXTRAS, brief
from papersieve.pipeline.extras import install_command
from papersieve.warehouse.files import flush_folder, rename_durably
from papersieve.warehouse.locks import hold

MANIFEST = "manifest.json"

#: The folder of all other files, and the folders that earlier releases wrote: nothing outside these is ever removed.
TABLES, VERSIONS = "tables", r"version-\d{9}-[0-9a-f]{8}"

#: Names of files and folders while they are being written.
_SCRATCH, _WRITING = ".papersieve-", ".writing"


def export_place(place: Place) -> "ExportPlace":
    """The folder at a place. Raises ArgumentError if nothing can be written to it."""
    if not isinstance(place, Path):
        return _Elsewhere(place)
    if place.exists() and not place.is_dir():
        raise ArgumentError(f"{place}: expected a folder to write to, found a file. Name a folder.")
    if place.exists() and not any((place / name).exists() for name in (MANIFEST, TABLES)) and (other := _first(place)):
        raise ArgumentError(
            f"{place}: expected an empty folder, or one of an earlier export, found {other}. Name a new folder: a run "
            "that reads this one would take the tables for dumps."
        )
    return _Local(place)


def _first(folder: Path) -> str | None:
    """The first name in the folder, except hidden names and the lock of an export."""
    names = sorted(entry.name for entry in os.scandir(folder))
    return next((name for name in names if not name.startswith((".", MANIFEST))), None)


class _Local:
    """A folder on this machine. It is created once there is something to write, and all that is written is durable."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_manifest(self) -> bytes | None:
        """The manifest's text; None if there is none."""
        path = self._folder / MANIFEST
        return path.read_bytes() if path.exists() else None

    def swap_manifest(self, text: bytes) -> None:
        """Replace the manifest: a reader sees the old or the new one."""
        written = self._folder / f"{MANIFEST}.{os.getpid()}{_WRITING}"
        written.write_bytes(text)
        rename_durably(written, self._folder / MANIFEST)

    def files(self) -> dict[str, int]:
        """The files below `TABLES` and `VERSIONS`: path -> size in bytes."""
        below = chain((self._folder / TABLES).rglob("*"), self._folder.glob("version-*/**/*"))
        return {path.relative_to(self._folder).as_posix(): path.stat().st_size for path in below if path.is_file()}

    def put(self, file: Path, path: str) -> None:
        """Move a file from the scratch folder to its place."""
        place = self._folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        rename_durably(file, place)
        for folder in place.parents[: len(Path(path).parts) - 1]:
            flush_folder(folder)

    def remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            (self._folder / path).unlink(missing_ok=True)
            with suppress(OSError):  # a folder that becomes empty is removed too
                for folder in (self._folder / path).parents[: len(Path(path).parts) - 1]:
                    folder.rmdir()

    @contextmanager
    def hold(self, wait_seconds: float) -> Iterator[None]:
        """Keep other exports out."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with hold(self._folder / MANIFEST, "export", wait_seconds):
            for name in (f"{_SCRATCH}*{_WRITING}", f"{MANIFEST}.*{_WRITING}"):
                for left in self._folder.glob(name):  # by killed exports, because this one has the lock
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
            yield

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder on this machine for files that are being written."""
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_SCRATCH, suffix=_WRITING) as folder:
            yield Path(folder)


class _Elsewhere:
    """The same for a folder that fsspec can reach. It can't be locked, so files that another export may be writing are
    left alone.
    """

    def __init__(self, address: Address) -> None:
        if address.scheme in ("http", "https"):
            raise ArgumentError(
                f"{address}: expected a place to write to, such as s3://bucket/folder, found a web page"
            )
        if has_magic(str(address)):
            raise ArgumentError(f"{address}: expected an address without *, ? and [, which stand for several places")
        self._address = address
        with self._told():
            self._fs, self._root = file_system(address)

    def read_manifest(self) -> bytes | None:
        with self._told():
            try:
                text: bytes = self._fs.cat_file(f"{self._root}/{MANIFEST}")
            except FileNotFoundError:
                return None
        return text

    def swap_manifest(self, text: bytes) -> None:
        written = f"{self._root}/{MANIFEST}.{uuid4().hex}{_WRITING}"
        with self._told():
            self._fs.pipe_file(written, text)
            self._fs.mv(written, f"{self._root}/{MANIFEST}")

    def files(self) -> dict[str, int]:
        with self._told():
            self._fs.invalidate_cache()
            try:
                found = self._fs.find(f"{self._root}/{TABLES}", detail=True)
            except FileNotFoundError:
                return {}
        return {path.removeprefix(f"{self._root}/"): told["size"] for path, told in found.items()}

    def put(self, file: Path, path: str) -> None:
        place = f"{self._root}/{path}"
        with self._told():
            self._fs.makedirs(place.rpartition("/")[0], exist_ok=True)
            self._fs.put_file(str(file), place)

    def remove(self, paths: Iterable[str]) -> None:
        with self._told():
            for path in paths:
                self._fs.rm_file(f"{self._root}/{path}")

    @contextmanager
    def hold(self, wait_seconds: float) -> Iterator[None]:
        yield

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn any error of a library, which each filesystem has its own of, into one message."""
        try:
            yield
        except Exception as error:
            remedy = "Check the address, the credentials and the network, and export again"
            if isinstance(error, ImportError):
                is_extra = self._address.scheme in EXTRAS
                remedy = f"Install it: {install_command(self._address.scheme)}" if is_extra else "Install that package"
            raise PapersieveError(
                f"{self._address}: the export failed ({type(error).__name__}: {brief(error, self._address)}). "
                f"{remedy}. Readers see one whole version all the same."
            ) from error


#: A folder of exported files, which are named by their paths in it.
ExportPlace = _Local | _Elsewhere
