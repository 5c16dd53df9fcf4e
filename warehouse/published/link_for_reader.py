"""A second name of a file for one reader only, through which DuckDB opens the file that has the first name now."""

import itertools
import os
import re
from pathlib import Path

#: Numbers for the names that this process makes.
_NUMBERS = itertools.count()


def give_other_name(file: Path) -> Path | None:
    """A hard link beside the file, which the caller removes; None if none can be made: in a folder that can't be
    written to, on a filesystem without links, for another user's file.
    """
    if os.name == "nt":  # a name in use can't be removed there
        return None
    real = file.resolve()  # a link to a symbolic link is a symbolic link, and DuckDB follows those
    other = real.with_name(f".{real.name}.{os.getpid()}.{next(_NUMBERS)}.reading.building")
    try:
        other.unlink(missing_ok=True)
        os.link(real, other)
    except OSError:
        return None
    return other


def named(text: str) -> str:
    """A text of DuckDB's with the first names of files instead of the second ones."""
    return re.sub(r"\.([^/]+)\.\d+\.\d+\.reading\.building", r"\1", text)
