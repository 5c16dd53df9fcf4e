"""A folder on any file system that Spark can reach, through Spark's own Hadoop, with its schemes and credentials.

pyarrow's file systems would need their own configuration, and a native library for HDFS.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Folder:
    """A folder, which need not exist yet. Names are relative to it, with `/` between the parts."""

    def __init__(self, session: "SparkSession", root: str) -> None:
        jvm: Any = session._jvm
        self._path = jvm.org.apache.hadoop.fs.Path
        place = self._path(root)
        self._system = place.getFileSystem(session._jsc.hadoopConfiguration())
        self.root: str = self._system.makeQualified(place).toString()

    def place(self, name: str) -> str:
        """Return the full address of a name, for Spark."""
        return f"{self.root}/{name}"

    def names(self, name: str = "") -> list[str]:
        """Return the sorted names in a folder; empty if the folder does not exist."""
        place = self._at(name)
        return (
            sorted(s.getPath().getName() for s in self._system.listStatus(place)) if self._system.exists(place) else []
        )

    def move(self, name: str, to: str) -> None:
        """Rename a folder, unless the other name exists."""
        if not self._system.exists(self._at(to)):
            self._system.rename(self._at(name), self._at(to))

    def put(self, file: Path, name: str) -> None:
        """Copy a file of this machine to a name, in place of what has that name."""
        self._system.copyFromLocalFile(False, True, self._path(file.as_uri()), self._at(name))

    def here(self, name: str, aside: Path) -> Path:
        """Return a path on this machine: that of the name if the folder is local, else that of a copy below `aside`."""
        if self.root.startswith("file:"):
            return Path(self._at(name).toUri().getPath())
        copy = aside / name
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            self._system.copyToLocalFile(False, self._at(name), self._path(copy.as_uri()), True)
        return copy

    def make(self, name: str) -> None:
        """Create a folder if it is missing."""
        self._system.mkdirs(self._at(name))

    def delete(self, name: str) -> None:
        """Delete a file, or a folder with its content, if it exists."""
        self._system.delete(self._at(name), True)

    def _at(self, name: str) -> Any:
        return self._path(self.place(name) if name else self.root)
