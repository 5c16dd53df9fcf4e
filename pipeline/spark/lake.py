"""A lake: records as Parquet by dump, what the kernels made of each dump, and versions of the result, derived from the one before.

    records/version=…/dump=…/       the store's records of a dump, written once
    documents/version=…/dump=…/     what its documents say, and where in it first
    keys/fingerprint=…/dump=…/      their block keys, for one signing
    versions/N/                     judged, bridges, clusters, pairs, papers (each with its lineage), hot_buckets
    manifests/N.json                what of all this counts; written last

Whatever a run writes lies under names that no manifest knew, so a run that is killed leaves the lake as it was; the
next one deletes its rest.
"""

import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (its name in every Spark program)

from pipeline.matching.overruling import DECISION_SCHEMA
from pipeline.processes import is_alive
from pipeline.settings import Settings, fingerprint, version_of
from pipeline.spark import kernels
from pipeline.spark.folder import Folder
from pipeline.spark.increment import TABLES, Before, Segments, derive
from pipeline.spark.manifest import LakeError, Manifest, Version
from pipeline.spark.stages import MATCHES_ON_DRIVER, create, ddl, document_rows, key_rows

#: Records of a file: many files of a large dump are many tasks, and one file of a small one is no litter.
_FILE_RECORDS = 100_000

#: Records of a row group, which one task reads whole.
_GROUP_RECORDS = 10_000

#: Manifests that are kept, for one that is found damaged.
_MANIFESTS_KEPT = 3

_KINDS = {
    "records": {**kernels.RECORD_SCHEMA, "dump": pl.String},
    "documents": kernels.DOCUMENT_SCHEMA,
    "keys": kernels.KEY_SCHEMA,
}


class Lake:
    """A lake that this process alone may change, for as long as the context lasts; `keep_versions` earlier versions stay.

    progress: called with the name of what is written next. Raises LakeError where another run holds it, or where it
    is of another layout.
    """

    def __init__(
        self,
        session: SparkSession,
        folder: str,
        settings: Settings,
        *,
        progress: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.session, self.settings, self.progress = session, settings, progress
        self.folder = Folder(session, folder)
        self.manifest = Manifest()

    def __enter__(self) -> Self:
        self._hold()
        try:
            self.manifest = newest_manifest(self.folder)
            self._sweep()
        except BaseException:
            self.folder.delete("lock.json")
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.folder.delete("lock.json")

    @property
    def version(self) -> Version | None:
        """The newest one; None in a new lake."""
        return self.manifest.versions[-1] if self.manifest.versions else None

    def missing(self, dumps: Iterable[str]) -> list[str]:
        """Return those of the dumps whose records the lake doesn't hold yet."""
        return sorted(set(dumps) - set(self.manifest.segments.get(self._next({}, []).segments["records"], [])))

    def add(self, records: pl.DataFrame) -> None:
        """Put all records (the contract's columns) of dumps that are `missing` into the lake.

        This process writes the files: handed to Spark, the records would go through the memory of its driver.
        """
        folder = self._next({}, []).segments["records"]
        self.progress("records")
        with tempfile.TemporaryDirectory(prefix="papersieve-") as aside:
            file = Path(aside) / "records.parquet"
            for dump in records.partition_by("dump_id"):
                for place, part in enumerate(dump.sort("ordinal").iter_slices(_FILE_RECORDS)):
                    pq.write_table(kernels.to_table(part, kernels.RECORD_SCHEMA), file, row_group_size=_GROUP_RECORDS)
                    self.folder.put(file, f"{folder}/dump={dump['dump_id'][0]}/{place:06}.parquet")
        self._commit(self.manifest.with_segments(folder, records["dump_id"].unique().to_list()))

    def refresh(
        self,
        dumps: Mapping[str, int],
        decisions: pl.DataFrame | None = None,
        *,
        matches_on_driver: int = MATCHES_ON_DRIVER,
    ) -> bool:
        """Derive a version of these dumps (id: dump_no), none of them `missing`; False where the newest one is that.

        decisions: `DECISION_SCHEMA`, of living documents and others, which say nothing. A dump without a record is none.
        """
        said = [] if decisions is None else [list(row) for row in decisions.select(*DECISION_SCHEMA).sort(pl.all()).iter_rows()]  # fmt: skip
        wanted = self._next(dumps, said)
        before = self.version if self.version and self.version.judging == wanted.judging else None
        if before and (before.dumps, before.decisions) == (wanted.dumps, wanted.decisions):
            return False
        for segments in wanted.segments.values():
            self.folder.make(segments)
        self._add_keys(wanted)
        derive(
            self.session,
            self._segments(before, wanted),
            self._before(before),
            lambda name, frame: self._write_table(wanted, name, frame),
            self.settings,
            said,
            matches_on_driver=matches_on_driver,
        )
        self._commit(self.manifest.with_version(wanted, self.settings.keep_versions))
        self._sweep()
        return True

    def table(self, name: str, version: Version | None = None) -> DataFrame:
        """Read one of `increment.TABLES`, or lineage, of a version, the newest where none is named. Raises LakeError where there is none."""
        if name == "lineage":
            given = self.table("papers", version).select("paper_id", F.explode("lineage").alias("given"))
            return given.select("paper_id", "given.*")
        chosen = version or self.version
        if chosen is None:
            raise LakeError(f"{self.folder.root}: expected a version, found none: no run was completed there.")
        return self._read(f"{chosen.folder}/{name}", TABLES[name])

    def segment(self, kind: str, dumps: Iterable[str], version: Version) -> DataFrame:
        """Read records, documents or keys of dumps, with the dump's id as `dump`."""
        rows = self._read(version.segments[kind], _KINDS[kind])
        return rows.where(F.col("dump").isin(sorted(dumps)))

    def files(self, name: str, aside: Path) -> list[Path]:
        """Return the Parquet files of a table of the newest version, on this machine, copied below `aside` if they have to be."""
        assert self.version
        return _parquet(self.folder.here(f"{self.version.folder}/{name}", aside))

    def segment_files(self, kind: str, dumps: Iterable[str], aside: Path) -> list[Path]:
        """Return the Parquet files of dumps that have a record, on this machine, of a kind of segments, as `files` does."""
        assert self.version
        folder = self.version.segments[kind]
        return [file for dump in dumps for file in _parquet(self.folder.here(f"{folder}/dump={dump}", aside))]

    def _next(self, dumps: Mapping[str, int], decisions: list[list[str]]) -> Version:
        number = self.version.number + 1 if self.version else 1
        settings = self.settings
        made = version_of("records"), version_of("documents"), fingerprint(settings.signing())
        return Version(number, *made, fingerprint(settings.merging()), dict(dumps), decisions)

    def _before(self, version: Version | None) -> Before | None:
        if version is None:
            return None
        tables = {name: self.table(name, version) for name in TABLES if name != "pairs"}
        return Before(**tables, decisions=version.decisions)

    def _segments(self, before: Version | None, wanted: Version) -> Segments:
        had = before.dumps if before else {}
        stays = {d for d, no in wanted.dumps.items() if had.get(d) == no}
        numbers = pl.DataFrame(
            {"dump": list(wanted.dumps), "dump_no": list(wanted.dumps.values())},
            schema={"dump": pl.String, "dump_no": pl.Int64},
        )
        return Segments(
            read=lambda kind, dumps: self.segment(kind, dumps, wanted),
            added=set(wanted.dumps) - stays,
            removed=set(had) - stays,
            carried=stays,
            numbers=create(self.session, numbers, {"dump": pl.String, "dump_no": pl.Int64}),
        )

    def _add_keys(self, wanted: Version) -> None:
        """Run the kernels over the dumps that they have not seen."""
        for kind, source, make in (("documents", "records", document_rows), ("keys", "documents", key_rows)):
            known = self.manifest.segments.get(wanted.segments[kind], [])
            if new := sorted(set(wanted.dumps) - set(known)):
                made = make(self.segment(source, new, wanted), self.settings)
                self._write_segments(kind, made, new, wanted)

    def _write_segments(self, kind: str, rows: DataFrame, dumps: list[str], version: Version) -> None:
        folder = version.segments[kind]
        self.progress(kind)
        part = F.pmod(F.hash("document_id"), F.lit(16)) if kind == "keys" else F.floor(F.col("ordinal") / _FILE_RECORDS)
        rows.repartition("dump", part).write.mode("append").partitionBy("dump").parquet(self.folder.place(folder))
        self._commit(self.manifest.with_segments(folder, dumps))

    def _write_table(self, version: Version, name: str, frame: DataFrame) -> DataFrame:
        place = f"{version.folder}/{name}"
        self.progress(name)
        frame.select(*TABLES[name]).write.parquet(self.folder.place(place))
        return self._read(place, TABLES[name])

    def _read(self, name: str, schema: kernels.Schema) -> DataFrame:
        return self.session.read.schema(ddl(schema)).parquet(self.folder.place(name))

    def _commit(self, manifest: Manifest) -> None:
        self.progress("manifest")
        if not self.folder.create(f"manifests/{manifest.number:09}.json", manifest.to_json()):
            raise LakeError(
                f"{self.folder.root}: another run wrote manifest {manifest.number} meanwhile, so this one changed nothing. Run it again."
            )
        self.manifest = manifest

    def _hold(self) -> None:
        me = {"host": socket.gethostname(), "pid": os.getpid()}
        self.folder.make("manifests")
        while not self.folder.create("lock.json", json.dumps(me)):
            holder: dict[str, Any] = json.loads(self.folder.read("lock.json"))
            if holder["host"] != me["host"] or is_alive(holder["pid"]):
                raise LakeError(
                    f"{self.folder.root}: expected a lake that no other run holds, found it held by process {holder['pid']} on "
                    f"{holder['host']}. Wait for that run; where it is no more, delete {self.folder.place('lock.json')}."
                )
            self.folder.delete("lock.json")

    def _sweep(self) -> None:
        """Delete what the manifest doesn't name: what killed runs left, and what no kept version needs."""
        folder, manifest = self.folder, self.manifest
        kept = {str(v.number) for v in manifest.versions}
        doomed = [f"versions/{name}" for name in folder.names("versions") if name not in kept]
        for kind in _KINDS:
            for part in folder.names(kind):
                place = f"{kind}/{part}"
                whole = {f"dump={dump}" for dump in manifest.segments.get(place, [])}
                doomed += [f"{place}/{name}" for name in folder.names(place) if name not in whole]
        doomed += [f"manifests/{name}" for name in folder.names("manifests")[:-_MANIFESTS_KEPT]]
        doomed += [f"checkpoints/{name}" for name in folder.names("checkpoints") if name not in self._checkpoints()]
        for name in doomed:
            folder.delete(name)

    def _checkpoints(self) -> str:
        """Where this session's checkpoints lie, if they lie in the lake."""
        return str(self.session.sparkContext.getCheckpointDir())


def newest_manifest(folder: Folder) -> Manifest:
    """Return the manifest of the highest number; of a new lake, an empty one."""
    names = [name for name in folder.names("manifests") if name.endswith(".json")]
    if not names:
        return Manifest()
    name = f"manifests/{names[-1]}"
    return Manifest.of_json(folder.read(name), folder.place(name))


def _parquet(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))
