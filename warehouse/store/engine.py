"""The engine: what computes documents, pairs, clusters and papers for the stages; here the one in this process."""

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from papersieve.pipeline.refresh import PairChanges, change_pairs, merge, read_documents, recluster
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_lookups import StoreLookups

#: Scans at most of what a store holds, however many documents a stage has to do: as many scans as there are batches of
#: a fixed size would cost the square of the documents.
_MOST_SCANS = 20

#: Bytes of dumps whose documents are worked on at a time: work on them takes six times as much memory. And how many
#: documents are, however long their dumps are: each batch is a scan.
_BATCH_BYTES, _LEAST_DOCUMENTS = 1 << 26, 5_000

#: Where settings give DuckDB so much memory, a batch may have this share of it, if that is less.
_SHARE_OF_LIMIT = 1 / 32

#: Batches of documents whose candidates are found at once: of a candidate that is one number, of a document two texts
#: are held.
_BATCHES_AT_ONCE = 10


class Engine(Protocol):
    """What computes results; stages put them into the store,
    whoever computed them, before they ask for the next ones.
    """

    def documents(
        self, store: Store, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield batches of new documents (document_id, place), numbered on, and their keys."""

    def pairs(
        self, store: Store, gone: pl.DataFrame, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[PairChanges, pl.DataFrame]]:
        """Yield what documents change that are gone and new, in batches of new ones, and each batch (document_no)."""

    def clusters(self, store: Store, documents: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return `recluster` of documents that are whole components."""

    def papers(self, store: Store, members: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return `merge` of members (document_id, paper_id), whole papers, that were clustered last."""


class Local:
    """The engine in this process: finds what a change touches by the store's own indexes, and computes that."""

    def documents(
        self, store: Store, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Read and sign."""
        for chosen in in_batches(new, fitted(store, settings).operation.batch_documents):
            yield read_documents(store.query("said_by_records", chosen=chosen).sort("document_no"), settings)

    def pairs(
        self, store: Store, gone: pl.DataFrame, new: pl.DataFrame, settings: Settings
    ) -> Iterator[tuple[PairChanges, pl.DataFrame]]:
        """Find the candidates that new documents bring and those that gone ones take away; verify, judge."""
        at_once = _BATCHES_AT_ONCE * settings.operation.batch_documents
        parts = fitted(store, settings)
        size = new.height if new.height <= at_once else scanned_at_a_time(new.height, settings)
        for start in range(0, max(new.height, 1), max(size, 1)):
            batch = new.slice(start, size)
            yield change_pairs(StoreLookups(store), gone.clear() if start else gone, batch, parts), batch

    def clusters(self, store: Store, documents: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Find them by the pairs and decisions of the store."""
        return recluster(StoreLookups(store), documents)

    def papers(self, store: Store, members: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Merge all records of the papers."""
        return merge(StoreLookups(store), members, settings)


LOCAL = Local()


def in_batches(new: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """Parts of new documents, with their places in the part, from 1 on."""
    for start in range(0, new.height, size):
        yield new.slice(start, size).with_columns(pl.col("place") - start)


def fitted(store: Store, settings: Settings) -> Settings:
    """The settings, with batches of fewer documents where dumps say much of each record: what counts is their bytes."""
    said = max(int(store.query("bytes_a_record").item() or 0), 1)
    room = _BATCH_BYTES if store.given_mb is None else min(_BATCH_BYTES, int(store.given_mb * 1e6 * _SHARE_OF_LIMIT))
    most = max(room // said, _LEAST_DOCUMENTS)
    operation = settings.operation.model_copy(update={"batch_documents": min(settings.operation.batch_documents, most)})
    return settings.model_copy(update={"operation": operation})


def scanned_at_a_time(documents: int, settings: Settings) -> int:
    """Documents of a batch, where each batch is a scan."""
    return max(settings.operation.batch_documents, -(-documents // _MOST_SCANS))
