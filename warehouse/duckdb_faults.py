"""What DuckDB's errors mean, in words, with what is kept and what to do."""

import errno
import re
from pathlib import Path

import duckdb

#: What DuckDB says about a file that another process has open.
_LOCKED = re.compile(r"Could not set lock on file .*?(\(PID (?P<pid>\d+)\)|$)", re.DOTALL)

#: What it says about a file whose content is not what was written.
_DAMAGED = re.compile(r"[Cc]hecksum|[Cc]orrupt|not a valid DuckDB|deserializ", re.DOTALL)

#: Errors of places that this account, or nobody, may write to.
_NOT_ALLOWED = (errno.EROFS, errno.EACCES, errno.EPERM)


def holder_of(error: Exception) -> str | None:
    """Who has the file that DuckDB can't open, in words; None if the error is a different one."""
    found = _LOCKED.search(str(error))
    if not found:
        return None
    return f"process {found['pid']}" if found["pid"] else "another process"


def tell_fault(error: Exception) -> str:
    """An error of the disk or of the database in words, with what is kept and what to do."""
    if _DAMAGED.search(str(error)):
        return (
            f"{first_line(error)}. A file of the store or of the warehouse is damaged. `papersieve restore BACKUP` puts an "
            "earlier store in its place; a damaged warehouse is made again once it is moved away: `papersieve run DUMP…`."
        )
    if isinstance(error, FileNotFoundError) and error.filename and not (folder := Path(error.filename).parent).exists():
        return f"{folder}: there is no such folder. Make it, or name another place."
    if isinstance(error, OSError) and error.errno in _NOT_ALLOWED:
        return (
            f"{error.filename}: can't be written ({error.strerror}). Nothing was changed. Allow writing there, or name "
            "another place; `query`, `explain`, `lookup`, `search` and `changes` need no writing."
        )
    if isinstance(error, OSError) and not error.filename:  # an output without a file name is stdout
        return f"the output can't be written ({error.strerror or error}). Make room where it goes, or write elsewhere."
    remedy = "free disk space"
    if isinstance(error, duckdb.OutOfMemoryException):
        remedy = "a larger memory_limit in the settings, a spill_folder with room"
    return (
        f"{first_line(error)}. Readers still see the version that was published last, and finished steps are kept. "
        f"Fix the cause ({remedy}) and run again: the run continues from there."
    )


def first_line(error: Exception) -> str:
    """The first line of an error, without the mark at its end."""
    return str(error).splitlines()[0].rstrip(".!")
