"""Files below a folder on this machine; links are followed."""

import os
import re
from pathlib import Path

#: Names that are not dumps: hidden files, and files that papersieve writes, as its data folder may be among the dumps.
_PASSED_OVER = re.compile(r"^[._]|\.duckdb(\.|$)|\.report\.html$")


def files_below(folder: Path) -> list[Path]:
    """All files in the folder and below, in order of their paths, and folders that can't be listed.

    Names that start with `.` or `_`, stores, warehouses and reports are skipped. Links to folders are followed, but
    each folder is listed once, under its own name if it is below this folder itself. So links may lead in circles.
    """
    found, seen = list[Path](), set[tuple[int, int]]()
    linked = [str(folder)]
    while linked:
        waiting = [linked.pop(0)]
        while waiting:
            here = waiting.pop()
            try:
                at = os.stat(here)
                if (at.st_dev, at.st_ino) in seen:
                    continue
                seen.add((at.st_dev, at.st_ino))
                entries = list(os.scandir(here))
            except OSError:
                found.append(Path(here))
                continue
            for entry in entries:
                if _PASSED_OVER.search(entry.name):
                    continue
                if not _is_folder(entry):
                    found.append(Path(entry.path))
                elif entry.is_symlink():
                    linked.append(entry.path)
                else:
                    waiting.append(entry.path)
        linked.sort()
    return sorted(found, key=lambda file: file.parts)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
