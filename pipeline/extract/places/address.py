"""What a place is called: one name a place, however it is spelled, and without passwords, signatures and keys.

The name (`location`) is stored, published and printed, and tells whether a dump is new or the next version of one that
is known. So it must be the same on every run, though a signature is another one each day.
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
#: Schemes whose address begins with the name of a server, in which case does not count.
_WITH_HOST = frozenset(("ftp", "sftp", "smb", "hdfs", "webhdfs"))
_HOST = re.compile(r"(?:\S*@)?(\[[0-9A-Fa-f:.]+\]|[^:\[\]@]*)(?::(\d{0,5}))?")
#: What fsspec knows and is no place, but something in another place, or in this process.
_NO_PLACE = re.compile(
    r"async_?wrapper|asynclocal|blockcache|cached|dask|data|dir|filecache|generic|libarchive|pyscript|reference|root|simplecache|tar|zip"
)


@dataclass(frozen=True)
class Address:
    """A file, or a folder of them, that lies elsewhere; `place_of` makes it.

    text: what it is reached by, secrets included, so it is never printed; location: what it is called.
    """

    scheme: str
    location: str
    text: str = field(repr=False)

    def __str__(self) -> str:
        return self.location

    @property
    def name(self) -> str:
        """Last part of its path, or the server where there is none."""
        return _last_part(self.location)

    def below(self, relative: str) -> "Address":
        """Return the address of what lies in this folder."""
        return Address(
            self.scheme,
            f"{self.location.rstrip('/')}/{file_location(shown(relative))}",
            f"{self.text.rstrip('/')}/{relative}",
        )


@dataclass(frozen=True)
class Fetched:
    """What stands for a file that lies elsewhere while its copy is here: the copy, or why there is none.

    folder: the location of the folder that was named, where it was not the file itself.
    """

    location: str
    name: str
    file: Path | DumpError
    folder: str | None = None


#: Tells the real path of a folder.
Real = Callable[[str], str]

#: What a user names, and what is read.
Place = Path | Address
AtHand = Path | Fetched


def is_elsewhere(location: str) -> bool:
    """Whether a location is no path of this machine."""
    return bool(_SCHEME.match(location))


def place_of(text: str) -> Place:
    """Return the place that a text names; raises ArgumentError, with the remedy, where it names none.

    >>> place_of("dumps/monday.txt").name
    'monday.txt'
    >>> place_of("HTTPS://ann:secret@Host:443/list.csv?page=2&token=secret").location
    'https://ann:***@host/list.csv?page=2'
    """
    if not (found := _SCHEME.match(text)):
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
    """Return where a place is, as text that can be stored and printed.

    Of a file on this machine: the real path of its folder, so that a folder with two names is one, and its own name,
    so that a link to a file is a place of its own. real: `realpath`, or one that remembers what it found.
    """
    if not isinstance(place, Path):
        return place.location
    path = os.path.join(os.getcwd(), place)
    folder, name = os.path.split(path)
    with suppress(OSError, ValueError):  # a NUL in a name, folders that lead round in a circle
        path = real(path) if name in ("", ".", "..") else os.path.join(real(folder), name)
    return file_location(shown(path))


def canonical(location: str, real: Real = os.path.realpath) -> str:
    """Return what a stored location is called today: a folder on its way may be a link by now."""
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
    # Imported here: few name such a place.
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
