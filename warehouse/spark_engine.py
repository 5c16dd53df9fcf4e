"""The engine that computes on Spark: the store's records go to a lake, and what Spark derives there comes back into the store.

Records, ledger, ids of papers and their history stay the store's, and so are the checks and publishing: either engine
goes on where the other one stopped.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import polars as pl

from pipeline.blocking.keys import MATCH_KEYS
from pipeline.derive import name_clusters
from pipeline.matching.overruling import decided
from pipeline.refresh import PairChanges
from pipeline.settings import Settings
from warehouse.progress import Progress
from warehouse.stages import apply_pair_changes
from warehouse.store import Store

if TYPE_CHECKING:
    from pipeline.spark.lake import Lake

#: Records that go to the lake at a time, whole dumps: what bounds the memory of this process.
BATCH_RECORDS = 200_000

#: Tables of the lake that stages read; each is `lake_NAME` in the store's SQL.
_TABLES = ("judged", "hot_buckets", "clusters", "bridges", "papers")

#: Things that a lake writes for a new version: segments, manifests, tables.
_WRITES = 13


class SparkEngine:
    """A lake and a master, from the first stage that is pending until the context ends. config: Spark's own settings."""

    def __init__(self, lake: str, master: str, config: Mapping[str, str] | None = None) -> None:
        self.place, self.master, self.config = lake, master, dict(config or {})
        self._open = ExitStack()
        self._lake: Lake | None = None

    def __enter__(self) -> Self:
        self._aside = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="papersieve-")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def prepare(self, store: Store, settings: Settings, progress: Progress) -> None:
        """Bring the lake up to date with the store's records and decisions."""
        is_new = self._lake is None
        lake = self._lake or self._connect(settings, progress)
        dumps = store.query("living_dumps")
        new = dumps.filter(pl.col("dump_id").is_in(lake.missing(dumps["dump_id"])))
        parts = new.with_columns(part=pl.col("records").cum_sum() // BATCH_RECORDS)
        for part in parts.partition_by("part", maintain_order=True):
            lake.add(store.query("records_of_dumps", chosen=part.select("dump_id")))
        is_changed = lake.refresh(dict(dumps.select("dump_id", "dump_no").iter_rows()), store.query("decisions"))
        for name in _TABLES if is_new or is_changed else ():
            found = lake.files(name, self._aside)
            store.connection.register(f"lake_{name}", store.connection.read_parquet([str(f) for f in found]))

    def documents(
        self, store: Store, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[int, pl.DataFrame, pl.DataFrame]]:
        """Read what the kernels made of the dumps in which these documents stand."""
        if new.is_empty():
            return
        assert self._lake
        dumps = store.query("dumps_of_documents", chosen=new)["dump_id"].to_list()
        for kind in ("documents", "keys"):
            found = self._lake.segment_files(kind, dumps, self._aside)
            store.connection.register(
                f"lake_{kind}", store.connection.read_parquet([str(f) for f in found], hive_partitioning=False)
            )
        strengths = pl.DataFrame({"match_key": MATCH_KEYS}).with_row_index("strength")
        store.execute("begin_lake_documents", chosen=new, strengths=strengths)
        for start in range(0, new.height, settings.batch_documents):
            part = pl.DataFrame({"first_place": [start + 1], "last_place": [start + settings.batch_documents]})
            said = store.query("documents_of_lake", part=part)
            yield start, said, store.query("keys_of_lake", part=part)
        store.execute("end_lake_documents")
        for kind in ("documents", "keys"):
            store.connection.unregister(f"lake_{kind}")

    def pairs(self, store: Store, settings: Settings, progress: Progress) -> None:
        """Bring in the pairs that are other than the store's."""
        queue = store.query("pending_pairs")
        gone, new = queue.filter("is_gone"), queue.filter(~pl.col("is_gone"))
        with store.transaction():
            store.execute("number_lake_pairs")
            changes = PairChanges(
                dropped=store.query("dropped_pairs_of_lake"),
                judged=store.query("new_pairs_of_lake"),
                looked_at=store.query("hot_buckets_of_either"),
                hot=store.query("hot_buckets_of_lake"),
            )
            apply_pair_changes(store, changes, done=new)
            if gone.height:
                store.execute("drop_documents", chosen=gone)

    def clusters(self, store: Store, documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Read components, clusters and bridges; decisions are the store's."""
        chosen = documents.select("document_no", "document_id")
        bridges = store.query("bridges_of_lake", chosen=chosen)
        overruled = pl.concat([decided(store.query("decisions"), documents), bridges])
        return name_clusters(store.query("clusters_of_lake", chosen=chosen), documents), overruled

    def papers(self, store: Store, members: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Read golden records and their lineage."""
        return store.query("papers_of_lake", members=members), store.query("lineage_of_lake", members=members)

    def _connect(self, settings: Settings, progress: Progress) -> "Lake":
        # Imported here: without `--engine spark` nobody should need PySpark.
        from pipeline.spark.session import connect, is_connected

        progress("spark", 0, _WRITES)
        is_ours = not is_connected()
        session = connect(self.master, f"{self.place}/checkpoints", self.config)
        if is_ours:
            self._open.callback(session.stop)
        from pipeline.spark.lake import Lake

        written = iter(range(1, 10**9))
        self._lake = self._open.enter_context(
            Lake(
                session,
                self.place,
                settings,
                progress=lambda name: progress("spark", min(next(written), _WRITES), _WRITES),
            )
        )
        return self._lake
