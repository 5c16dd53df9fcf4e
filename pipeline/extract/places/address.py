"""Names of places: one per place, however its address is spelled, and without passwords, signatures and keys.

The name (`location`) is stored, published and printed, and decides whether a dump is new or the next version of a
known one. So it must be the same on every run, even if the signature in the address changes daily.
"""

import os
import posixpath
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from papersieve.pipeline.errors import ArgumentError, DumpError
from papersieve.pipeline.extract.places.location import archive_of, file_location, file_of, shown
from papersieve.pipeline.extract.places.masking import asked, masked, safe

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


_ALIASES = {"s3a": "s3", "gcs": "gs", "ssh": "sftp"}
_PORTS = {"ftp": "21", "sftp": "22"}
#: Schemes whose address begins with the name of a server, which is not case-sensitive.
_WITH_HOST = frozenset(("ftp", "sftp", "smb", "hdfs", "webhdfs"))
_HOST = re.compile(r"(?:\S*@)?(\[[0-9A-Fa-f:.]+\]|[^:\[\]@]*)(?::(\d{0,5}))?")
#: Schemes of fsspec that are not places of their own, but lead into another place or into this process.
_NO_PLACE = re.compile(
    r"async_?wrapper|asynclocal|blockcache|cached|dask|data|dir|filecache|generic|libarchive|pyscript|reference|root|simplecache|tar|zip"
)


@dataclass(frozen=True)
class Address:
    """A remote file, or folder of files; made by `place_of`.

    text: the address to reach it by, secrets included, so it is never printed; location: its name, without them.
    """

    scheme: str
    location: str
    text: str = field(repr=False)

    def __str__(self) -> str:
        return self.location

    @property
    def name(self) -> str:
        """The last part of its path, or the server if there is no path."""
        return _last_part(self.location)

    def below(self, relative: str) -> "Address":
        """The address of a file in this folder, given its path below it."""
        return Address(
            self.scheme,
            f"{self.location.rstrip('/')}/{file_location(shown(relative))}",
            f"{self.text.rstrip('/')}/{relative}",
        )


@dataclass(frozen=True)
class Fetched:
    """A remote file while its copy is on this machine: the copy, or the reason why there is none.

    folder: the location of the folder that the user named; None if the user named the file itself.
    """

    location: str
    name: str
    file: Path | DumpError
    folder: str | None = None


#: Returns the real path of a folder.
Real = Callable[[str], str]

#: A place as named by the user, and as it is read.
Place = Path | Address
AtHand = Path | Fetched


def is_elsewhere(location: str) -> bool:
    """Whether a location is remote: not a path on this machine."""
    return bool(_SCHEME.match(location))


def not_empty(path: str) -> str:
    """The path. Raises ArgumentError if it is empty: that would mean the current folder, which few intend."""
    if not path:
        raise ArgumentError(
            "expected a path, found an empty text. Name a file or a folder, such as `.`, the current one."
        )
    return path


def place_of(text: str) -> Place:
    """The place that a text names; raises ArgumentError, with a remedy, if it names none.

    >>> place_of("dumps/monday.txt").name
    'monday.txt'
    >>> place_of("HTTPS://ann:secret@Host:443/list.csv?page=2&token=secret").location
    'https://ann:***@host/list.csv?page=2'
    """
    if not (found := _SCHEME.match(not_empty(text))):
        if re.match(r"[a-z]+::.*://", text):
            raise ArgumentError(
                f"{safe(text)}: chains of addresses are not read. Name the file itself: archives are unpacked."
            )
        return Path(text)
    scheme = found[1].lower()
    scheme, rest = _ALIASES.get(scheme, scheme), text[found.end() :]
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ArgumentError(
            f"{safe(text)!a}: expected an address, found a control character in it. Write it as %0A or the like."
        )
    if scheme in ("file", "local"):
        return _local(text, rest)
    if scheme in ("http", "https"):
        return _web(text)
    _refuse_unknown(text, scheme)
    return Address(scheme, _location(text, scheme, rest), f"{scheme}://{rest}".rstrip("/"))


def location_of(place: Place | AtHand, real: Real = os.path.realpath) -> str:
    """The location of a place, as text that can be stored and printed.

    For a file on this machine it is the real path of its folder, so that a folder with two names has one location,
    and the file's own name, so that a link to a file has its own. real: `realpath`, or a version with a cache.
    """
    if not isinstance(place, Path):
        return place.location
    path = os.path.join(os.getcwd(), place)
    folder, name = os.path.split(path)
    with suppress(OSError, ValueError):  # a NUL in a name, or links that lead in a circle
        path = real(path) if name in ("", ".", "..") else os.path.join(real(folder), name)
    return file_location(shown(path))


def canonical(location: str, real: Real = os.path.realpath) -> str:
    """The current form of a stored location: a folder in its path may have become a link."""
    if is_elsewhere(location):
        return location
    member = location[len(archive_of(location)) :]
    return location_of(file_of(location), real) + member


def _name(address: str) -> str:
    path, mark, query = address.partition("?")
    left = asked(query)
    return file_location(shown(masked(f"{path}?{left}" if mark and left else path)))


def _last_part(location: str) -> str:
    return posixpath.basename(location.partition("?")[0].rstrip("/"))


def _local(text: str, rest: str) -> Path:
    host, slash, path = rest.partition("/")
    if host not in ("", "localhost") or not slash:
        raise ArgumentError(
            f"{text}: expected a whole path, such as file:///data/list.csv. Or name the path without file://."
        )
    return Path("/" + unquote(path))


def _web(text: str) -> Address:
    # Imported here because few users name such a place.
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        url = parse_url(text)
        if not url.host or url.scheme is None:
            raise LocationParseError(text)
    except LocationParseError:
        raise ArgumentError(
            f"{safe(text)}: expected an address such as https://host/list.csv. Check the name and the port of the server."
        ) from None
    port = None if url.port in (None, {"http": 80, "https": 443}[url.scheme]) else url.port
    url = url._replace(port=port, path=url.path or "/", fragment=None)
    return Address(url.scheme or "", _name(url.url), url.url)


def _refuse_unknown(text: str, scheme: str) -> None:
    from fsspec.registry import known_implementations, registry

    if _NO_PLACE.fullmatch(scheme):
        raise ArgumentError(
            f"{safe(text)}: {scheme}:// leads into another place. Name the file that holds it: archives are unpacked."
        )
    if scheme not in known_implementations and scheme not in registry:
        raise ArgumentError(
            f"{safe(text)}: no way is known to read from {scheme}://. Check the address, or fetch the file yourself."
        )


def _location(text: str, scheme: str, rest: str) -> str:
    authority, slash, path = rest.partition("/")
    if scheme in _WITH_HOST:
        if not (found := _HOST.fullmatch(authority)) or int(found[2] or 0) > 65535 or not (found[1] or path):
            raise ArgumentError(
                f"{safe(text)}: expected an address such as {scheme}://host/folder/list.csv. Check the name and the port of the server."
            )
        port = f":{found[2]}" if found[2] and found[2] != _PORTS.get(scheme) else ""
        authority = authority[: found.start(1)] + found[1].lower() + port
    if not (authority + path).strip("/"):
        raise ArgumentError(
            f"{safe(text)}: expected the address of a file or a folder, found none behind {scheme}://. Complete it."
        )
    return _name(f"{scheme}://{authority}{slash}{path}".rstrip("/"))
