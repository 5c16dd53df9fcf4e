"""The engine computes documents, pairs, clusters and papers for the stages. This one works in this process."""

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from papersieve.pipeline.refresh import PairChanges, change_pairs, merge, read_documents, recluster
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_lookups import StoreLookups

#: The most scans of the store in a stage, however many documents it has. With one scan for each batch of a fixed size,
#: the cost would grow with the square of the documents.
_MOST_SCANS = 20

#: Bytes of the dumps whose documents are in one batch: a batch takes six times as much memory. And the fewest documents
#: of a batch, however large their dumps are, because each batch is a scan.
_BATCH_BYTES, _LEAST_DOCUMENTS = 1 << 26, 5_000

#: If the settings limit the memory of DuckDB, a batch may have this share of it, if that is less.
_SHARE_OF_LIMIT = 1 / 32

#: Number of batches whose candidates are found together: a candidate takes two numbers in memory, a document two texts.
_BATCHES_AT_ONCE = 10


class Engine(Protocol):
    """What computes the results. The stages write each result to the store before they ask for the next one."""

    def documents(
        self, store: Store, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield batches of new documents (document_id, place) with their numbers, and their keys."""

    def pairs(
        self, store: Store, gone: pl.DataFrame, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[PairChanges, pl.DataFrame]]:
        """Yield the changes that removed and new documents cause, one batch of new ones at a time, and that batch."""

    def clusters(self, store: Store, documents: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return `recluster` of documents, which are whole components."""

    def papers(self, store: Store, members: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return `merge` of the members (document_id, paper_id) of whole papers, as they were just clustered."""


class Local:
    """The engine in this process: it finds what a change touches by the store's own indexes, and computes that."""

    def documents(
        self, store: Store, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Read and sign."""
        for chosen in in_batches(new, fitted(store, settings).operation.batch_documents):
            yield read_documents(store.query("said_by_records", chosen=chosen).sort("document_no"), settings)

    def pairs(
        self, store: Store, gone: pl.DataFrame, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[PairChanges, pl.DataFrame]]:
        """Find the candidates that new documents add and removed ones take away; compare and judge them."""
        at_once = _BATCHES_AT_ONCE * settings.operation.batch_documents
        parts = fitted(store, settings)
        size = new.height if new.height <= at_once else scanned_at_a_time(new.height, settings)
        for start in range(0, max(new.height, 1), max(size, 1)):
            batch = new.slice(start, size)
            yield change_pairs(StoreLookups(store), gone.clear() if start else gone, batch, parts), batch

    def clusters(self, store: Store, documents: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Cluster by the pairs and decisions of the store."""
        return recluster(StoreLookups(store), documents)

    def papers(self, store: Store, members: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Merge all records of the papers."""
        return merge(StoreLookups(store), members, settings)


LOCAL = Local()


def in_batches(new: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """Parts of new documents, with their places in the part, counted from 1."""
    for start in range(0, new.height, size):
        yield new.slice(start, size).with_columns(pl.col("place") - start)


def fitted(store: Store, settings: Settings) -> Settings:
    """The settings, with fewer documents in a batch if records are long, because memory depends on their bytes."""
    said = max(int(store.query("bytes_a_record").item() or 0), 1)
    room = _BATCH_BYTES if store.given_mb is None else min(_BATCH_BYTES, int(store.given_mb * 1e6 * _SHARE_OF_LIMIT))
    most = max(room // said, _LEAST_DOCUMENTS)
    operation = settings.operation.model_copy(update={"batch_documents": min(settings.operation.batch_documents, most)})
    return settings.model_copy(update={"operation": operation})


def scanned_at_a_time(documents: int, settings: Settings) -> int:
    """The number of documents of a batch if each batch is a scan."""
    return max(settings.operation.batch_documents, -(-documents // _MOST_SCANS))
