r"""Where a dump lies, as text from which its file, and its member in an archive, can be told again.

`archive.zip!member` is a member, and `archive.zip!member#2` the second one of that name. A byte that is no text is
written `\xe9`; so are the signs that have a meaning here where a name holds them, so no two places have one text.
"""

import os
import re
from pathlib import Path

#: Between an archive and its member.
MEMBER = "!"

_BYTE = re.compile(rb"\\x([0-9a-f]{2})")
_LIKE_A_BYTE = re.compile(rb"\\(?=x[0-9a-f]{2})")
_LIKE_A_NUMBER = re.compile(r"#(?=[0-9]+\Z)")


def shown(path: Path | str) -> str:
    r"""Return the path as text that can be stored and printed: a byte of its name that is no UTF-8 as `\xe9`.

    >>> shown("a.txt"), shown(r"a\xe9")
    ('a.txt', 'a\\x5cxe9')
    """
    name = _LIKE_A_BYTE.sub(rb"\\x5c", os.fsencode(path))
    return name.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def file_location(place: str) -> str:
    """Return the location of a file, of where it is as text: one whose name looks like a member's is no member."""
    return place.replace(MEMBER, "\\x21")


def member_location(location: str, member: str, number: int = 1) -> str:
    """Return the location of a member of the archive at that location; number: which one of those of its name."""
    name = _LIKE_A_NUMBER.sub(r"\\x23", shown(member))
    return f"{location}{MEMBER}{name}" + (f"#{number}" if number > 1 else "")


def archive_of(location: str) -> str:
    """Return the location of the file: the archive's, where a member is named."""
    return location.partition(MEMBER)[0]


def file_of(location: str) -> Path:
    """Return the file of a location on this machine: the archive, where a member is named.

    >>> file_of("/dumps/a.zip!b.txt#2").as_posix(), file_of(r"/dumps/a\\x21b.txt").as_posix()
    ('/dumps/a.zip', '/dumps/a!b.txt')
    """
    return Path(os.fsdecode(_BYTE.sub(lambda m: bytes.fromhex(m[1].decode()), archive_of(location).encode())))
