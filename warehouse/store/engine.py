"""The engine that computes documents, pairs, clusters and papers for the stages."""

from collections.abc import Iterator
from typing import Self

import polars as pl

from papersieve.pipeline.refresh import PairChanges, change_pairs, merge, read_documents, recluster
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_lookups import StoreLookups

#: The most scans of the store in a stage, however many documents it has. With one scan per batch of a fixed size, the
#: cost would grow with the square of the number of documents.
_MOST_SCANS = 20

#: A batch has documents from about this many bytes of dumps, and takes six times as much memory. It has at least this
#: many documents, however long they are, because each batch costs a scan.
_BATCH_BYTES, _LEAST_DOCUMENTS = 1 << 26, 5_000

#: If the settings limit DuckDB's memory, a batch has at most this share of the limit in bytes of dumps.
_SHARE_OF_LIMIT = 1 / 32

#: The number of batches whose candidates are found together: a candidate takes two numbers in memory, a document two
#: texts.
_BATCHES_AT_ONCE = 10


class Engine:
    """Computes the results of the stages. A stage writes each result to the store before it asks for the next one.

    This one computes in this process: it looks up in the store what a change touches, and computes only that.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def documents(
        self, store: Store, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield batches of the new documents (document_id, place), numbered, each with its keys."""
        for chosen in in_batches(new, fitted(store, settings).operation.batch_documents):
            yield read_documents(store.query("said_by_records", chosen=chosen).sort("document_no"), settings)

    def pairs(
        self, store: Store, gone: pl.DataFrame, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[PairChanges, pl.DataFrame]]:
        """Yield the changes of pairs that gone and new documents cause, one batch of new ones at a time, with it."""
        at_once = _BATCHES_AT_ONCE * settings.operation.batch_documents
        parts = fitted(store, settings)
        size = new.height if new.height <= at_once else scanned_at_a_time(new.height, settings)
        for start in range(0, max(new.height, 1), max(size, 1)):
            batch = new.slice(start, size)
            yield change_pairs(StoreLookups(store), gone.clear() if start else gone, batch, parts), batch

    def clusters(self, store: Store, documents: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The result of `recluster` for documents that form whole components."""
        return recluster(StoreLookups(store), documents)

    def papers(self, store: Store, members: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The result of `merge` for the members (document_id, paper_id) of whole papers, as `clusters` found them."""
        return merge(StoreLookups(store), members, settings)


LOCAL = Engine()


def in_batches(new: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """The new documents in parts; `place` counts from 1 in each part."""
    for start in range(0, new.height, size):
        yield new.slice(start, size).with_columns(pl.col("place") - start)


def fitted(store: Store, settings: Settings) -> Settings:
    """The settings, with smaller batches if records are long, because memory depends on their bytes."""
    said = max(int(store.value("bytes_a_record") or 0), 1)
    room = _BATCH_BYTES if store.given_mb is None else min(_BATCH_BYTES, int(store.given_mb * 1e6 * _SHARE_OF_LIMIT))
    most = max(room // said, _LEAST_DOCUMENTS)
    operation = settings.operation.model_copy(update={"batch_documents": min(settings.operation.batch_documents, most)})
    return settings.model_copy(update={"operation": operation})


def scanned_at_a_time(documents: int, settings: Settings) -> int:
    """The number of documents in a batch if each batch costs a scan."""
    return max(settings.operation.batch_documents, -(-documents // _MOST_SCANS))
