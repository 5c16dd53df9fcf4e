"""Messages for errors of DuckDB and the disk: what happened, what is kept and what to do."""

import errno
import json
import os
import re
from pathlib import Path

import duckdb

#: DuckDB's message about a file that another process has open.
_LOCKED = re.compile(r"Could not set lock on file .*?(\(PID (?P<pid>\d+)\)|$)", re.DOTALL)

#: DuckDB's messages about a damaged file.
_DAMAGED = re.compile(r"[Cc]hecksum|[Cc]orrupt|not a valid DuckDB|deserializ|[Cc]ould not read enough bytes", re.DOTALL)

#: The system's reasons for refusing a file, in DuckDB's messages, with their remedies.
_REFUSALS = {
    "Permission denied": "give this account access",
    "Operation not permitted": "give this account access",
    "Read-only file system": "allow writing there",
    "No space left on device": "free disk space",
    "Could not write all bytes": "free disk space",
    "Disk quota exceeded": "free disk space",
    "File too large": "allow larger files",
    "Too many open files": "allow more open files",
}

#: What DuckDB writes around the error that was the cause of another.
_AROUND = re.compile(r".*(Original error: |Failed to commit: )", re.DOTALL)

#: The cause of an error, where DuckDB gives it as JSON.
_CAUSE = re.compile(r'"exception_message":("(?:[^"\\]|\\.)*")')

#: The name of a file that is written aside, so under another name (`papersieve.warehouse.files.aside`).
_ASIDE = re.compile(r"(?<![^\s/\"'])\.([^/]+?)\.\d+\.\d+\.(\w+\.)?\w+ing\b(\.\w+)?(/\1)?")

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


def refusal_of(file: Path, error: Exception) -> str | None:
    """A message if the system refused DuckDB this file; None if the error is about something else."""
    why = next((why for why in _REFUSALS if why in str(error)), None)
    return f"{file}: can't be opened ({why}). {_REFUSALS[why].capitalize()}, or name another file." if why else None


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
    if isinstance(error, OSError) and not error.filename:  # an output without a file name is stdout
        return f"the output can't be written ({error.strerror or error}). Make room where it goes, or write elsewhere."
    if isinstance(error, OSError) and error.errno in _NOT_ALLOWED:
        what = named(os.fsdecode(error.filename))
        if _is_unreadable(error.filename):
            return f"{what}: can't be read ({error.strerror}). Give this account access, or name another place."
        return (
            f"{what}: can't be written ({error.strerror}). Nothing was changed. Allow writing there, or name "
            "another place; `query`, `explain`, `lookup`, `search` and `changes` need no writing."
        )
    remedy = next((remedy for why, remedy in _REFUSALS.items() if why in str(error)), "")
    if isinstance(error, duckdb.OutOfMemoryException):
        remedy = "a larger memory_limit in the settings, a spill_folder with room"
    what = first_line(error)
    if isinstance(error, OSError):
        what = named(f"{error.filename2 or error.filename}: {error.strerror}")
    return (
        f"{what}. What was stored and published before is kept. "
        f"Fix the cause{remedy and f' ({remedy})'} and give the command again."
    )


def first_line(error: Exception) -> str:
    """The first line of the error that was the cause, without its final punctuation."""
    cause = _CAUSE.search(str(error))
    text = json.loads(cause[1]) if cause else _AROUND.sub("", str(error))
    return named(text.splitlines()[0].rstrip(".!"))


def named(text: str) -> str:
    """A message with the names that files have for users instead of those under which they are written or read."""
    return _ASIDE.sub(r"\1", text)


def _is_unreadable(file: str | bytes) -> bool:
    """Whether a file, or the folder that it would be in, can't be read: then writing was not the fault."""
    folder = os.path.dirname(file) or os.curdir
    return not os.access(folder, os.X_OK) or (os.path.lexists(file) and not os.access(file, os.R_OK))
