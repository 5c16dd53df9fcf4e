"""What Spark keeps between runs, as Parquet: per dump, a folder of its records and one of its documents and block keys.

    FINGERPRINT/records/dump=NAME/      FINGERPRINT: of the signing and the versions of records, documents and keys
    FINGERPRINT/documents/dump=NAME/    made last: if it exists, both are complete
    runs/ID/                            checkpoints and results of a run; deleted when it ends

The folders of a dump never change, so nothing has to be locked. A run that does not find them creates them under
another name, and renames them. Folders of old dumps and settings can be deleted while no run is in progress.
"""

import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import polars as pl
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (its name in every Spark program)

from papersieve.pipeline.settings import Settings, fingerprint
from papersieve.pipeline.spark import arrow_steps
from papersieve.pipeline.spark.bulk import TABLES, create, derive, read_documents, spark_schema

#: Records per file: a large dump has many files for many tasks, a small dump has one.
_FILE_RECORDS = 100_000

#: Records per row group, which one task reads completely.
_GROUP_RECORDS = 10_000

_KINDS = {"records": {**arrow_steps.RECORD_SCHEMA, "dump": pl.String}, "documents": arrow_steps.DOCUMENT_SCHEMA}
_NUMBER = {"dump": pl.String, "dump_no": pl.Int64}


class Folder:
    """A folder, which need not exist yet. Names are relative to it, with `/` between the parts."""

    def __init__(self, session: SparkSession, root: str) -> None:
        jvm: Any = session._jvm
        self._path = jvm.org.apache.hadoop.fs.Path
        place = self._path(root)
        self._system = place.getFileSystem(session._jsc.hadoopConfiguration())
        self.root: str = self._system.makeQualified(place).toString()

    def place(self, name: str) -> str:
        """Return the full address of a name, for Spark."""
        return f"{self.root}/{name}"

    def names(self, name: str) -> list[str]:
        """Return the sorted names in a folder; empty if the folder does not exist."""
        place = self._at(name)
        found = self._system.listStatus(place) if self._system.exists(place) else []
        return sorted(status.getPath().getName() for status in found)

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
        return self._path(self.place(name))


class Run:
    """One run in a folder that Spark and all its workers can reach, until the context ends."""

    def __init__(self, session: SparkSession, root: str, settings: Settings) -> None:
        self.session, self.settings = session, settings
        self.folder = Folder(session, root)
        self._kept, self._own = fingerprint(settings.keys_depend_on()), f"runs/{uuid.uuid4().hex}"
        for kind in _KINDS:
            self.folder.make(f"{self._kept}/{kind}")
        session.sparkContext.setCheckpointDir(self.folder.place(f"{self._own}/checkpoints"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.folder.delete(self._own)

    def missing(self, dumps: Iterable[str]) -> list[str]:
        """Return the dumps that are not kept yet. The name of a dump depends on its records, so if the same file is
        read differently, it has another name.
        """
        kept = {name.removeprefix("dump=") for name in self.folder.names(f"{self._kept}/documents")}
        return sorted(set(dumps) - kept)

    def add(self, records: pl.DataFrame) -> None:
        """Keep all records (the contract's columns, and dump: the name) of dumps that are `missing`.

        This process writes the files, because records that are passed to Spark take up memory of its driver.
        """
        aside = f"{self._own}/{uuid.uuid4().hex}"
        with tempfile.TemporaryDirectory(prefix="papersieve-") as here:
            file = Path(here) / "records.parquet"
            for (dump,), of_dump in records.partition_by("dump", as_dict=True).items():
                for place, part in enumerate(of_dump.sort("ordinal").iter_slices(_FILE_RECORDS)):
                    table = arrow_steps.to_table(part, arrow_steps.RECORD_SCHEMA)
                    pq.write_table(table, file, row_group_size=_GROUP_RECORDS)
                    self.folder.put(file, f"{aside}/records/dump={dump}/{place:06}.parquet")
        made = read_documents(self._read(f"{aside}/records", _KINDS["records"]), self.settings)
        made.write.partitionBy("dump").parquet(self.folder.place(f"{aside}/documents"))
        for kind in _KINDS:
            for dump in records["dump"].unique():
                self.folder.move(f"{aside}/{kind}/dump={dump}", f"{self._kept}/{kind}/dump={dump}")

    def derive(self, dumps: pl.DataFrame, decisions: pl.DataFrame) -> tuple[DataFrame, ...]:
        """Derive from dumps (dump, dump_no), none of which may be `missing`, and write all of `bulk.TABLES`."""
        self._derived = f"{self._own}/{uuid.uuid4().hex}"
        numbers = create(self.session, dumps.select(*_NUMBER), _NUMBER)
        records, documents = (
            self._read(f"{self._kept}/{kind}", schema).where(F.col("dump").isin(dumps["dump"].to_list()))
            for kind, schema in _KINDS.items()
        )
        return derive(records.join(F.broadcast(numbers), "dump"), documents, self.settings, decisions, self._write)

    def table(self, name: str, aside: Path) -> list[Path]:
        """Return the local Parquet files of a table of the last derivation, copied below `aside` if necessary."""
        return sorted(self.folder.here(f"{self._derived}/{name}", aside).glob("*.parquet"))

    def documents(self, dumps: Iterable[str], aside: Path) -> list[Path]:
        """Return the Parquet files of the documents of dumps, as `table` does."""
        folders = [self.folder.here(f"{self._kept}/documents/dump={dump}", aside) for dump in dumps]
        return sorted(file for folder in folders for file in folder.glob("*.parquet"))

    def _write(self, name: str, frame: DataFrame) -> DataFrame:
        place = f"{self._derived}/{name}"
        frame.select(*TABLES[name]).write.parquet(self.folder.place(place))
        return self._read(place, TABLES[name])

    def _read(self, name: str, schema: arrow_steps.Schema) -> DataFrame:
        return self.session.read.schema(spark_schema(schema)).parquet(self.folder.place(name))
