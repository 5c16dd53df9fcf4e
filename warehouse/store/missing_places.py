"""Places that hold no dump any more."""

import os
from collections.abc import Container

from papersieve.pipeline.extract.places.address import is_elsewhere
from papersieve.pipeline.extract.places.location import archive_of, file_of


def is_gone(location: str, looked_at: Container[str]) -> bool:
    """Whether a place is no more: its file is not there, or was looked at and has no such member any more."""
    file = archive_of(location)
    return (file != location and file in looked_at) or (
        not is_elsewhere(location) and not os.path.exists(file_of(location))
    )


def is_missing(location: str) -> bool:
    """Whether a file that a folder held is not in it any more; a folder that can't be looked into may still hold it."""
    if is_elsewhere(location):
        return True
    try:
        file_of(location).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False
