"""Messages for errors of DuckDB and the disk: what happened, what is kept and what to do."""

import errno
import re
from pathlib import Path

import duckdb

#: DuckDB's message about a file that another process has open.
_LOCKED = re.compile(r"Could not set lock on file .*?(\(PID (?P<pid>\d+)\)|$)", re.DOTALL)

#: DuckDB's messages about a damaged file.
_DAMAGED = re.compile(r"[Cc]hecksum|[Cc]orrupt|not a valid DuckDB|deserializ|[Cc]ould not read enough bytes", re.DOTALL)

#: The system's reasons for refusing a file, in DuckDB's messages, with their remedies.
_REFUSALS = {
    "Permission denied": "allow writing there",
    "Operation not permitted": "allow writing there",
    "Read-only file system": "allow writing there",
    "No space left on device": "free disk space",
    "Disk quota exceeded": "free disk space",
    "File too large": "allow larger files",
    "Too many open files": "allow more open files",
}

#: Errors for places that this account, or any account, may not write to.
_NOT_ALLOWED = (errno.EROFS, errno.EACCES, errno.EPERM)


def holder_of(error: Exception) -> str | None:
    """The process that has the file open, in words; None if the error is about something else."""
    found = _LOCKED.search(str(error))
    if not found:
        return None
    return f"process {found['pid']}" if found["pid"] else "another process"


def is_damage(error: Exception) -> bool:
    """Whether an error is about a damaged file."""
    return bool(_DAMAGED.search(str(error)))


def refusal_of(error: Exception) -> str | None:
    """Why the system refused DuckDB a file, with the remedy; None if the error is about something else."""
    return next((f"{why}: {remedy}" for why, remedy in _REFUSALS.items() if why in str(error)), None)


def tell_fault(error: Exception) -> str:
    """A message for an error of the disk or the database: what happened, what is kept and what to do."""
    if is_damage(error):
        return (
            f"{first_line(error)}. A file of the store or of the warehouse is damaged. `papersieve restore BACKUP` puts an "
            "earlier store in its place; a damaged warehouse is made again once it is moved away: `papersieve run DUMP…`."
        )
    if isinstance(error, duckdb.CatalogException):
        return f"{first_line(error)}. If an earlier release published this warehouse, `papersieve run DUMP…` publishes it anew."
    if isinstance(error, FileNotFoundError) and not error.filename:  # of os.getcwd
        return "the current folder no longer exists. Go to another one."
    if isinstance(error, FileNotFoundError) and error.filename and not (folder := Path(error.filename).parent).exists():
        return f"{folder}: there is no such folder. Make it, or name another place."
    if isinstance(error, OSError) and error.errno in _NOT_ALLOWED:
        return (
            f"{error.filename}: can't be written ({error.strerror}). Nothing was changed. Allow writing there, or name "
            "another place; `query`, `explain`, `lookup`, `search` and `changes` need no writing."
        )
    if isinstance(error, OSError) and not error.filename:  # an output without a file name is stdout
        return f"the output can't be written ({error.strerror or error}). Make room where it goes, or write elsewhere."
    remedy = (refusal_of(error) or "free disk space").rpartition(": ")[2]
    if isinstance(error, duckdb.OutOfMemoryException):
        remedy = "a larger memory_limit in the settings, a spill_folder with room"
    what = first_line(error)
    if isinstance(error, OSError):
        what = f"{error.filename2 or error.filename}: {error.strerror}"
    return (
        f"{what}. Readers still see the version that was published last, and finished steps are kept. "
        f"Fix the cause ({remedy}) and give the command again: a run continues where it stopped."
    )


def first_line(error: Exception) -> str:
    """The first line of an error, without its final punctuation."""
    return str(error).splitlines()[0].rstrip(".!")
