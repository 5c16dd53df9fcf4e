"""What DuckDB's errors mean, in words, with what is left and the remedy."""

import re
from pathlib import Path

import duckdb

#: What DuckDB says of a file that another process has open.
_LOCKED = re.compile(r"Could not set lock on file .*?(\(PID (?P<pid>\d+)\)|$)", re.DOTALL)

#: What it says of a file whose content is not what was written.
_DAMAGED = re.compile(r"[Cc]hecksum|[Cc]orrupt|not a valid DuckDB|deserializ", re.DOTALL)


def holder_of(error: Exception) -> str | None:
    """Who has the file that DuckDB can't open, in words; None where the fault is another."""
    found = _LOCKED.search(str(error))
    if not found:
        return None
    return f"process {found['pid']}" if found["pid"] else "another process"


def tell_fault(error: Exception) -> str:
    """A fault of the disk or of the database in words, with what is left and the remedy."""
    if _DAMAGED.search(str(error)):
        return (
            f"{first_line(error)}. A file of the store or of the warehouse is damaged. `papersieve restore BACKUP` puts an "
            "earlier store in its place; a damaged warehouse is made anew once it is moved away: `papersieve run DUMP…`."
        )
    if isinstance(error, FileNotFoundError) and error.filename and not (folder := Path(error.filename).parent).exists():
        return f"{folder}: there is no such folder. Make it, or name another place."
    remedy = "free disk space, or allow writing there"
    if isinstance(error, duckdb.OutOfMemoryException):
        remedy = "a larger memory_limit in the settings, a spill_folder with room"
    return (
        f"{first_line(error)}. Readers still see the version that was published last, and what a stage committed is "
        f"kept: fix the cause ({remedy}) and run again; it goes on from there."
    )


def first_line(error: Exception) -> str:
    """The first line of an error, without the mark at its end."""
    return str(error).splitlines()[0].rstrip(".!")
