"""The look-ups of `papersieve.pipeline.refresh` in the store."""

import polars as pl

from papersieve.pipeline.derive import LISTED_SCHEMA
from papersieve.pipeline.refresh import BUCKET, JUDGED
from papersieve.pipeline.shingling.match_texts import match_texts
from papersieve.warehouse.store.key_file import searched_documents
from papersieve.warehouse.store.store import Store

#: For more documents than this, all keys are scanned, because their keys are in all parts of the sorted file.
_SEARCHED_DOCUMENTS = 5_000

#: If more than this share of all documents is asked for, all buckets (`_MOST`), or all titles and abstracts (`_MANY`),
#: are read: that is faster than selecting some.
_MOST, _MANY = 0.5, 0.1

#: The number of keys that are counted at a time; this takes some hundred megabytes.
_KEYS_COUNTED = 8_000_000


class StoreLookups:
    """`papersieve.pipeline.refresh.Lookups` in an open store. Rows with texts are found first, and fetched by rowid."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def members(self, documents: pl.DataFrame, buckets: pl.DataFrame) -> pl.DataFrame:
        if documents.is_empty() and buckets.is_empty():
            return pl.DataFrame(schema={"document_no": pl.Int64, **BUCKET})
        if self._is_share(documents, _MOST):
            parts = min(1 + self._store.count("block_keys") // _KEYS_COUNTED, 1024)
            return pl.concat([self._store.query("every_bucket", part=part, parts=parts) for part in range(parts)])
        keys = self._store.query("keys_to_search", chosen=documents.select("document_no"), buckets=buckets)
        return self._holding(keys, documents, "buckets", "buckets_among")

    def hot_holding(self, documents: pl.DataFrame) -> pl.DataFrame:
        if documents.is_empty():
            return pl.DataFrame(schema=BUCKET)
        return self._store.query("hot_buckets_of", chosen=documents)

    def hot_among(self, buckets: pl.DataFrame) -> pl.DataFrame:
        return self._store.query("hot_among", buckets=buckets)

    def recurring(self, documents: pl.DataFrame) -> pl.DataFrame:
        if documents.is_empty():
            return pl.DataFrame(schema={"document_no": pl.Int64, **BUCKET, "year": pl.Int64})
        if self._is_share(documents, _MANY):
            return self._store.query("every_recurring")
        keys = self._store.query("recurring_keys", chosen=documents)
        return self._holding(keys, documents, "recurring", "recurring_among")

    def listed(self, documents: pl.DataFrame) -> pl.DataFrame:
        if documents.is_empty():
            return pl.DataFrame(schema=LISTED_SCHEMA)
        return self._store.query("listed_documents", chosen=documents.select("document_no"))

    def pairs_touching(self, documents: pl.DataFrame) -> pl.DataFrame:
        if documents.is_empty():
            return pl.DataFrame(schema=JUDGED)
        return self._store.query("pairs_touching", chosen=documents.select("document_no"))

    def pairs_among(self, documents: pl.DataFrame) -> pl.DataFrame:
        return self._store.query("pairs_among", chosen=documents.select("document_no"))

    def evidence_of(self, pairs: pl.DataFrame) -> pl.DataFrame:
        return self._store.query("known_evidence", candidates=pairs)

    def contents_of(self, documents: pl.DataFrame) -> pl.DataFrame:
        found = self._store.query("contents_of_documents", chosen=documents)
        return found.with_columns(abstract_text=match_texts(found["abstract"])).drop("abstract")

    def decisions(self) -> pl.DataFrame:
        return self._store.query("decisions")

    def clusters_with(self, named: pl.DataFrame) -> pl.DataFrame:
        return self._store.query("clusters_with", named=named)

    def documents_named(self, named: pl.DataFrame) -> pl.DataFrame:
        return self._store.query("documents_named", named=named)

    def records_of(self, named: pl.DataFrame) -> pl.DataFrame:
        return self._store.query("records_of_documents", named=named)

    def sources(self) -> pl.DataFrame:
        return self._store.query("sources_of_dumps")

    def _is_share(self, documents: pl.DataFrame, share: float) -> bool:
        return documents.height > share * self._store.count("documents")

    def _holding(self, keys: pl.DataFrame, documents: pl.DataFrame, scan: str, among: str) -> pl.DataFrame:
        """Ask about the documents that the sorted file names if it is usable and the documents are few; else scan."""
        is_few = documents.height <= _SEARCHED_DOCUMENTS
        searched = searched_documents(self._store, keys["key"]) if is_few else None
        if searched is None:
            return self._store.query(scan, keys=keys)
        return self._store.query(among, keys=keys, searched=searched)
