"""Copy remote dumps to this machine before anything is read or locked, so that readers see local files only."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

from papersieve.pipeline.errors import DumpError, PapersieveError
from papersieve.pipeline.extract.compression import CHUNK
from papersieve.pipeline.extract.places.address import Address, AtHand, Fetched, Place
from papersieve.pipeline.extract.places.transfer import Transfer, at_once, cut_short, unreachable
from papersieve.pipeline.processes import kept_from_others
from papersieve.pipeline.reading_settings import Reading

_FOLDER = "papersieve-fetched-"

#: Seconds after which a folder of copies that nobody holds is taken to be left over from a killed process.
_LEFT_SECONDS = 60

_WEB = ("http", "https")


@contextmanager
def fetched(
    places: Iterable[Place], reading: Reading, watcher: Callable[[str, int, int], None] = lambda *_: None
) -> Iterator[list[AtHand]]:
    """Replace the address of each remote file by a temporary copy, or by the reason why there is none.

    A folder stands for the files in it and below, except those with names that start with `.` or `_`; a web address is
    always a file. Places on this machine, and the order, stay unchanged. The copies are deleted when the context ends.
    Raises PapersieveError if two addresses have the same location and differ only in secrets.
    """
    named = list(dict.fromkeys(places))
    addresses = [place for place in named if isinstance(place, Address)]
    if not addresses:
        yield [place for place in named if isinstance(place, Path)]
        return
    _refuse_one_location_twice(addresses)
    listing = [_Listing(address, reading) for address in addresses]
    with _folder() as folder:
        lists = at_once(listing, reading)
        files = list(dict.fromkeys(f for found in lists if isinstance(found, list) for f in found))
        total = _Total(reading)
        copying = [_Copying(file, reading, folder / str(number), total) for number, file in enumerate(files)]
        ends = at_once(copying, reading, lambda done: watcher("fetch", done, len(files)))
        yield list(_in_place(named, dict(zip(addresses, lists, strict=True)), dict(zip(files, ends, strict=True))))


def _in_place(
    named: list[Place], lists: dict[Address, list[Address] | DumpError], copies: dict[Address, Path | DumpError]
) -> Iterator[AtHand]:
    for place in named:
        if isinstance(place, Path):
            yield place
        elif isinstance(found := lists[place], DumpError):
            yield Fetched(place.location, place.name, found)
        else:
            for file in found:
                folder = None if file == place else place.location
                yield Fetched(file.location, file.name, copies[file], folder)


def _refuse_one_location_twice(addresses: list[Address]) -> None:
    locations = [address.location for address in addresses]
    if twice := sorted({location for location in locations if locations.count(location) > 1}):
        raise PapersieveError(
            f"{twice[0]}: named twice, with different passwords, signatures or keys, which are no part of a dump's location. "
            "Name it once, or fetch the two files yourself."
        )


class _Listing(Transfer[list[Address]]):
    """The files that an address names."""

    def work(self) -> list[Address]:
        if self.address.scheme in _WEB:
            return [self.address]
        files, path = file_system(self.address)
        try:
            is_folder = files.isdir(path)
        except Exception:  # it may be forbidden though reading is allowed; reading will report any error
            is_folder = False
        if not is_folder:
            return [self.address]
        below = (found.strip("/").removeprefix(path.strip("/")).strip("/").split("/") for found in files.find(path))
        wanted = sorted(parts for parts in below if not any(part[:1] in ("", ".", "_") for part in parts))
        if not wanted:
            raise DumpError(
                "not_a_file", f"{self.address.location}: expected dumps, found a folder with none. Check the address."
            )
        return [self.address.below("/".join(parts)) for parts in wanted]


class _Copying(Transfer[Path]):
    """A copy of one file."""

    def __init__(self, address: Address, reading: Reading, copy: Path, total: "_Total") -> None:
        super().__init__(address, reading, silence_seconds=reading.silence_seconds)
        self._copy, self._total = copy, total

    def work(self) -> Path:
        with self._copy.open("wb") as file:
            for data in self._body():
                self.count(data)
                self._total.count(data, self.address)
                file.write(data)
        return self._copy

    def _body(self) -> Iterator[bytes]:
        if self.address.scheme in _WEB:
            from papersieve.pipeline.extract.places.web import body  # few users name such a place

            yield from body(self.address, self.reading)
            return
        files, path = file_system(self.address)
        with files.open(path, "rb") as stream:
            while data := stream.read(CHUNK):
                yield data
            size = getattr(stream, "size", None)
        if isinstance(size, int) and size > self.bytes:
            raise cut_short(self.address)


class _Total:
    """Total bytes received in one call."""

    def __init__(self, reading: Reading) -> None:
        self._limit, self._bytes, self._lock = reading.max_fetched_bytes, 0, threading.Lock()

    def count(self, data: bytes, address: Address) -> None:
        with self._lock:
            self._bytes += len(data)
        if self._bytes > self._limit:
            raise unreachable(
                address,
                f"expected at most max_fetched_bytes = {self._limit:,} bytes from elsewhere in one call, found more. Name fewer dumps, or raise the setting",
            )


def file_system(address: Address) -> tuple[Any, str]:
    """The file system of an address, and the path there; `url_to_fs` would take `::` in the address for a chain."""
    import fsspec  # few users name such a place

    kind = fsspec.get_filesystem_class(address.scheme)
    return kind(**kind._get_kwargs_from_urls(address.text), skip_instance_cache=True), kind._strip_protocol(
        address.text
    )


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for copies, held for as long as it is needed; also deletes folders left by killed processes."""
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        with suppress(OSError), kept_from_others(left):
            if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
                rmtree(left)
    with tempfile.TemporaryDirectory(prefix=_FOLDER, ignore_cleanup_errors=True) as name, kept_from_others(Path(name)):
        yield Path(name)
