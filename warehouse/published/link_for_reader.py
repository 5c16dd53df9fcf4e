"""A second name of a file for one reader alone, under which DuckDB opens what has the first name now."""

import itertools
import os
import re
from pathlib import Path

#: Numbers the names of this process.
_NUMBERS = itertools.count()


def give_other_name(file: Path) -> Path | None:
    """A hard link beside the file, which whoever asked removes; None where none can be made:
    a folder that can't be written, a filesystem without links, a file of another person.
    """
    if os.name == "nt":  # where a name in use can't be taken away again
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
    """A text of DuckDB's with the first names of files in place of the other ones."""
    return re.sub(r"\.([^/]+)\.\d+\.\d+\.reading\.building", r"\1", text)
