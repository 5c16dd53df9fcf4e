"""What a place is called: one name a place, however it is spelled, and without passwords, signatures and keys.

The name (`location`) is stored, published and printed, and tells whether a dump is new or the next version of one that
is known. So it must be the same on every run, though a signature is another one each day.
"""

import os
import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from papersieve.pipeline.errors import ArgumentError, DumpError
from papersieve.pipeline.extract.places.location import archive_of, file_location, file_of, shown

#: What stands in place of a password.
_HIDDEN = "***"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_USER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://([^/?#\s'\"<>]*)@")
_PARAMETER = re.compile(r"(?<=[?&;])([^=&;?#\s'\"<>]+)=([^&;#\s'\"<>)]*)")

#: Names of query parameters that carry a secret, without case and marks between words.
_SECRET = re.compile(
    r"(access|api|auth|id|private|refresh|security|session)?token|(x?api|access|secret|shared|subscription)?key|(client)?secret"
    r"|pass|password|passwd|pwd|passphrase|auth|authorization|credentials?|jwt|sas|sig|signature|hmac"
    r"|x(amz|cos|goog|ms|obs|oss|tos)[a-z]+"
)
#: Names that say what was signed and until when, where a signature stands beside them.
_SIGNED = {
    "sig": re.compile(r"s[eptvrs]|spr|sip|srt|sdd|sk(oid|tid|t|e|s|v)|saoid|suoid|scid"),
    "signature": re.compile(r"expires|policy|keypairid|awsaccesskeyid|googleaccessid|ossaccesskeyid"),
}

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
                f"{_safe(text)}: chains of addresses are not read. Name the file itself: archives are unpacked."
            )
        return Path(text)
    scheme = found[1].lower()
    scheme, rest = _ALIASES.get(scheme, scheme), text[found.end() :]
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ArgumentError(
            f"{_safe(text)!a}: expected an address, found a control character in it. Write it as %0A or the like."
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


def masked(text: str, *, of: Address | None = None) -> str:
    """Return a text without the passwords, signatures and keys of the addresses in it, and of one that it may quote in parts."""
    for secret in sorted(_secrets(of.text), key=len, reverse=True) if of else ():
        text = text.replace(secret, _HIDDEN)
    text = _USER.sub(lambda found: found[0] if found[1] == "github" else f"{found[1]}://{_user(found)}@", text)
    return _PARAMETER.sub(lambda found: f"{found[1]}={_HIDDEN}" if _is_secret(found[1]) else found[0], text)


def _user(found: re.Match[str]) -> str:
    user, colon, _ = found[2].partition(":")
    # A name without a password is a token, where a web server asks for one.
    return f"{user}:{_HIDDEN}" if colon else _HIDDEN if found[1].lower() in ("http", "https") else user


def _secrets(text: str) -> Iterator[str]:
    """Secrets of an address that are long enough to be told from words, as they are written and as they are meant."""
    found = [value for name, value in _PARAMETER.findall(text) if _is_secret(name)]
    for scheme, user in _USER.findall(text):
        found += [] if scheme == "github" else [user.partition(":")[2] if ":" in user or scheme[:4] != "http" else user]
    yield from (form for value in found for form in {value, unquote(value)} if len(form) >= 4)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", unquote(name).lower())


def _is_secret(name: str) -> bool:
    return bool(_SECRET.fullmatch(_plain(name)))


def _asked(query: str) -> str:
    """What is left of a query without its secrets, and what belongs to a signature."""
    parts = [(part, _plain(part.partition("=")[0])) for part in query.split("&")]
    signed = [beside for signature, beside in _SIGNED.items() if any(name == signature for _, name in parts)]
    return "&".join(part for part, name in parts if not any(secret.fullmatch(name) for secret in (_SECRET, *signed)))


def _name(address: str) -> str:
    path, mark, query = address.partition("?")
    left = _asked(query)
    return file_location(shown(masked(f"{path}?{left}" if mark and left else path)))


def _last_part(location: str) -> str:
    return posixpath.basename(location.partition("?")[0].rstrip("/"))


def _safe(text: str) -> str:
    """An address that could not be taken apart, so that a password in it may stand anywhere before an `@`."""
    return re.sub(r"://\S*@", f"://{_HIDDEN}@", masked(text))


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
            f"{_safe(text)}: expected an address such as https://host/list.csv. Check the name and the port of the server."
        ) from None
    port = None if url.port in (None, {"http": 80, "https": 443}[url.scheme]) else url.port
    url = url._replace(port=port, path=url.path or "/", fragment=None)
    return Address(url.scheme or "", _name(url.url), url.url)


def _refuse_unknown(text: str, scheme: str) -> None:
    from fsspec.registry import known_implementations, registry

    if _NO_PLACE.fullmatch(scheme):
        raise ArgumentError(
            f"{_safe(text)}: {scheme}:// leads into another place. Name the file that holds it: archives are unpacked."
        )
    if scheme not in known_implementations and scheme not in registry:
        raise ArgumentError(
            f"{_safe(text)}: no way is known to read from {scheme}://. Check the address, or fetch the file yourself."
        )


def _location(text: str, scheme: str, rest: str) -> str:
    authority, slash, path = rest.partition("/")
    if scheme in _WITH_HOST:
        if not (found := _HOST.fullmatch(authority)) or int(found[2] or 0) > 65535 or not (found[1] or path):
            raise ArgumentError(
                f"{_safe(text)}: expected an address such as {scheme}://host/folder/list.csv. Check the name and the port of the server."
            )
        port = f":{found[2]}" if found[2] and found[2] != _PORTS.get(scheme) else ""
        authority = authority[: found.start(1)] + found[1].lower() + port
    if not (authority + path).strip("/"):
        raise ArgumentError(
            f"{_safe(text)}: expected the address of a file or a folder, found none behind {scheme}://. Complete it."
        )
    return _name(f"{scheme}://{authority}{slash}{path}".rstrip("/"))
