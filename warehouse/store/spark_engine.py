"""The engine that computes on Spark: it sends the store's records there, and reads the results that Spark derives.

The store keeps the records, the ledger, the ids of papers and their history; checks and publishing are the same. So
either engine can continue where the other one stopped.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import polars as pl

from papersieve.checks.evidence_columns import MATCH_KEYS
from papersieve.pipeline.matching.overruling import decided
from papersieve.pipeline.refresh import PairChanges
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.store.engine import Engine, in_batches, scanned_at_a_time
from papersieve.warehouse.store.store import Store

if TYPE_CHECKING:
    from papersieve.pipeline.spark.kept_dumps import Run

#: About how many records are sent to Spark at a time, as whole dumps. This limits the memory of this process.
BATCH_RECORDS = 200_000

_TABLES = ("hot_buckets", "judged", "clustered", "papers")


class SparkEngine(Engine):
    """Spark on a master, connected from the first stage that has something to do until the context ends.

    folder: one that Spark and all its workers can reach. config: Spark's own settings.
    """

    def __init__(self, folder: str, master: str, config: Mapping[str, str] | None = None) -> None:
        self.folder, self.master, self.config = folder, master, dict(config or {})
        self._open = ExitStack()
        self._run: Run | None = None
        self._derived_of: object = None

    def __enter__(self) -> Self:
        self._aside = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="papersieve-")))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def documents(
        self, store: Store, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Read the documents that Spark made from the dumps that contain them."""
        if new.is_empty():
            return
        run, dumps = self._with_all(store, settings)
        asked = dumps.join(store.query("dumps_of_documents", chosen=new), on="dump_id", how="semi")
        store.show_parquet("spark_documents", run.documents(asked["dump"], self._aside))
        for chosen in in_batches(new, scanned_at_a_time(new.height, settings)):
            found = store.query("spark_documents", chosen=chosen)
            keys = found.select("document_no", "keys").explode("keys").drop_nulls("keys").unnest("keys")
            match_key = pl.col("strength").replace_strict(dict(enumerate(MATCH_KEYS)), return_dtype=pl.String)
            yield found.drop("keys"), keys.select("document_no", match_key.alias("match_key"), "key")

    def pairs(
        self, store: Store, gone: pl.DataFrame, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[PairChanges, pl.DataFrame]]:
        """Read all pairs that differ from the store's, in one batch."""
        self._derive(store, settings)
        store.execute("spark_number_pairs")
        dropped, judged = store.query("spark_dropped_pairs"), store.query("spark_new_pairs")
        yield PairChanges(dropped, judged, store.query("spark_looked_at"), store.rows("spark_hot_buckets")), new

    def clusters(self, store: Store, documents: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Read clusters and bridges from Spark; the decisions come from the store."""
        self._derive(store, settings)
        chosen = documents.select("document_no", "document_id")
        by_people = decided(store.query("decisions"), documents)
        overruled = pl.concat([by_people, store.query("spark_bridges", chosen=chosen)])
        return store.query("spark_clusters", chosen=chosen), overruled

    def papers(self, store: Store, members: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Read golden records and lineage. If sources have a priority, merge locally, because Spark has no labels."""
        if settings.merging.priority:
            return super().papers(store, members, settings)
        papers = store.query("spark_papers", members=members)
        return papers.drop("lineage"), papers.select("paper_id", "lineage").explode("lineage").unnest("lineage")

    def _derive(self, store: Store, settings: Settings) -> None:
        """Let Spark derive everything, unless dumps, decisions and settings are those of its last derivation."""
        run, dumps = self._with_all(store, settings)
        decisions = store.query("decisions").select("left_document_id", "right_document_id", "decision")
        if self._derived_of == (state := (dumps.rows(), decisions.rows(), settings)):
            return
        run.derive(dumps, decisions)
        self._derived_of = state
        for name in _TABLES:
            store.show_parquet(f"spark_{name}", run.table(name, self._aside))

    def _with_all(self, store: Store, settings: Settings) -> tuple["Run", pl.DataFrame]:
        """The run and the store's dumps, after the records that Spark lacks were sent to it."""
        run = self._run if self._run and self._run.settings == settings else self._connect(settings)
        dumps = store.query("spark_dumps")
        new = dumps.filter(pl.col("dump").is_in(run.missing(dumps["dump"])))
        parts = new.with_columns(part=pl.col("records").cum_sum() // BATCH_RECORDS)
        for part in parts.partition_by("part", maintain_order=True):
            run.add(store.query("spark_records", chosen=part.select("dump_id", "dump")))
        return run, dumps

    def _connect(self, settings: Settings) -> "Run":
        # Imported here so that PySpark is needed only with `--engine spark`.
        from papersieve.pipeline.spark.session import connect, is_connected

        is_ours = not is_connected()
        session = connect(self.master, self.config)
        if is_ours:
            self._open.callback(session.stop)
        from papersieve.pipeline.spark.kept_dumps import Run

        self._run = self._open.enter_context(Run(session, self.folder, settings))
        return self._run
