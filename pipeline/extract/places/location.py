r"""The location of a dump, as text from which its file, and its member in an archive, can be recovered.

`archive.zip!member` is a member, and `archive.zip!member#2` the second one with that name. A byte that is not text is
written as `\xe9`. Special characters (`!`, `#`, `\x`) in a name are escaped likewise, so no two places share a text.
"""

import os
import re
from pathlib import Path

#: Separates an archive and its member.
MEMBER = "!"

_BYTE = re.compile(rb"\\x([0-9a-f]{2})")
_LIKE_A_BYTE = re.compile(rb"\\(?=x[0-9a-f]{2})")
_LIKE_A_NUMBER = re.compile(r"#(?=[0-9]+\Z)")


def shown(path: Path | str) -> str:
    r"""The path as text that can be stored and printed, with a byte that is not UTF-8 written as `\xe9`.

    >>> shown("a.txt"), shown(r"a\xe9")
    ('a.txt', 'a\\x5cxe9')
    """
    name = _LIKE_A_BYTE.sub(rb"\\x5c", os.fsencode(path))
    return name.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def file_location(place: str) -> str:
    """The location of a file, given its path as text; `!` is escaped, so that it does not look like a member."""
    return place.replace(MEMBER, "\\x21")


def member_location(location: str, member: str, number: int = 1) -> str:
    """The location of a member of the archive at this location; number: counts members with the same name."""
    name = _LIKE_A_NUMBER.sub(r"\\x23", shown(member))
    return f"{location}{MEMBER}{name}" + (f"#{number}" if number > 1 else "")


def archive_of(location: str) -> str:
    """The location of the file, which for a member is the archive."""
    return location.partition(MEMBER)[0]


def file_of(location: str) -> Path:
    """The file at a location on this machine, which for a member is the archive.

    >>> file_of("/dumps/a.zip!b.txt#2").as_posix(), file_of(r"/dumps/a\\x21b.txt").as_posix()
    ('/dumps/a.zip', '/dumps/a!b.txt')
    """
    return Path(os.fsdecode(_BYTE.sub(lambda m: bytes.fromhex(m[1].decode()), archive_of(location).encode())))
