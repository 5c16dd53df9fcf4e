"""Published texts similar to one that is looked up. The first look-up asks DuckDB, later ones use keys in memory.

DuckDB scans the whole column of keys, because the hashes of a text may be anywhere in it, and it unpacks 2,048
abstracts to return one. So the second look-up in a version, on any connection of this process, sorts the version's keys
into memory, at 9 bytes per key. They never go stale, because a version never changes. The versions that were asked last
stay in memory.
"""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from papersieve.pipeline.settings import Settings
from papersieve.pipeline.settings_file import stored_settings
from papersieve.warehouse.sql import ask_rows, statement_sql

#: How many versions stay in memory: the one in place, and the one before it, which somebody may have open.
_VERSIONS = 2

#: The most keys kept in memory (0.45 GB), the most records whose texts are kept, and how many rows DuckDB unpacks
#: together.
_MOST_KEYS, _MOST_TEXTS, _PORTION = 50_000_000, 131_072, 2_048

#: By how much the weight of a key grows if it is half as frequent.
_STEPS = 64

Row = dict[str, Any]
Numbers = npt.NDArray[np.int64]


class _Layout(NamedTuple):
    """The keys of a version. keys, places: pairs of a key and the place of its document in `documents`; both the pairs
    and `documents` are sorted. record_documents, rows: the document and the row of each record.
    """

    keys: npt.NDArray[np.uint32]
    places: npt.NDArray[np.int32]
    documents: Numbers
    record_documents: Numbers
    rows: Numbers


class NearTexts:
    """One version. Several threads may use it, each with its own connection."""

    def __init__(self, settings: str) -> None:
        self.settings: Settings = stored_settings(settings, source="publication.settings")
        self._layout: _Layout | None = None
        self._portions: dict[int, dict[int, Row]] = {}
        self._lock = Lock()
        self._asked = 0

    def find(self, con: duckdb.DuckDBPyConnection, keys: list[int], most: int) -> list[Row]:
        """The first record of each of the documents that share the rarest keys: document_id, record_id, paper_id,
        title, abstract, dump, line_start.
        """
        with self._lock:
            if self._asked == 1:  # not at the first look-up: a command makes only one
                self._layout = _lay_out(con)
            self._asked += 1
            layout = self._layout
        found = self._records_of(con, layout, nearest(layout, keys, most)) if layout else None
        if found is None:
            found = ask_rows(con, "near_documents", keys=keys, most=most)
        first: dict[str, Row] = {}
        for row in sorted(found, key=lambda row: (row["document_id"], row["dump_no"], row["ordinal"])):
            first.setdefault(row["document_id"], row)
        return [{k: v for k, v in row.items() if k not in ("row", "dump_no", "ordinal")} for row in first.values()]

    def _records_of(self, con: duckdb.DuckDBPyConnection, layout: _Layout, documents: Numbers) -> list[Row] | None:
        """All records of these documents; None if they are at other rows, as in a copy of this version's file."""
        begin, end = (np.searchsorted(layout.record_documents, documents, side) for side in ("left", "right"))
        rows = np.concatenate([layout.rows[a:b] for a, b in zip(begin, end, strict=True)] or [layout.rows[:0]])
        is_kept = layout.rows.size <= _MOST_TEXTS
        found = self._kept(con, rows.tolist()) if is_kept else ask_rows(con, "records_at", rows=rows.tolist())
        wanted = {f"{document:012x}" for document in documents.tolist()}
        is_right = len(found) == rows.size and all(row["document_id"][:12] in wanted for row in found)
        return found if is_right else None

    def _kept(self, con: duckdb.DuckDBPyConnection, rows: list[int]) -> list[Row]:
        """The rows, from portions that stay in memory."""
        for number in {row // _PORTION for row in rows} - self._portions.keys():
            first = number * _PORTION
            asked = ask_rows(con, "records_between", first=first, last=first + _PORTION - 1)
            self._portions[number] = {row["row"]: row for row in asked}
        return [found for row in rows if (found := self._portions[row // _PORTION].get(row))]


def near_texts(con: duckdb.DuckDBPyConnection) -> NearTexts:
    """The texts of the version that the connection reads."""
    (version,) = con.execute(statement_sql("version_of_look_ups")).fetchall()
    return _of_version(*version)


@lru_cache(maxsize=_VERSIONS)
def _of_version(settings: str, *_: object) -> NearTexts:
    """The other arguments distinguish versions with the same settings."""
    return NearTexts(settings)


def _lay_out(con: duckdb.DuckDBPyConnection) -> _Layout | None:
    ((count,),) = con.execute(statement_sql("how_many_lookup_keys")).fetchall()
    if count > _MOST_KEYS:
        return None
    keys = con.execute(statement_sql("all_lookup_keys")).fetchnumpy()
    records = con.execute(statement_sql("rows_of_documents")).fetchnumpy()
    documents = con.execute(statement_sql("documents_of_keys")).fetchnumpy()["document"]
    return _Layout(keys["key"], keys["place"], documents, records["document"], records["row"])


def nearest(layout: _Layout, keys: Sequence[int], most: int) -> Numbers:
    """The documents that have the rarest of these keys, weighted as `near_documents` in lookup.sql does."""
    wanted = np.unique(np.array(keys, np.uint32))
    begin, end = (np.searchsorted(layout.keys, wanted, side) for side in ("left", "right"))
    begin, end = begin[end > begin], end[end > begin]
    weights = np.repeat(weights_of(end - begin, layout.rows.size), end - begin)
    places = [layout.places[a:b] for a, b in zip(begin, end, strict=True)]
    total = np.bincount(np.concatenate(places or [layout.places[:0]]), weights)
    found = np.flatnonzero(total)
    if found.size > most:
        found = found[total[found] >= np.partition(total[found], -most)[-most]]
    return np.asarray(layout.documents[found[np.lexsort((found, -total[found]))[:most]]], np.int64)


def weights_of(having: Numbers, records: int) -> Numbers:
    """The weight of each key: the logarithm of its rarity, from the number of documents that have it (`having`).

    With 1 / n, one key of a single document would outweigh nine keys of a hundred documents. The weights are whole
    numbers, so that sums do not depend on their order; no quotient of counts is close to a rounding boundary, so all
    libraries round to the same number.
    """
    return np.asarray(1 + np.rint(_STEPS * np.log2(records / having)), np.int64)
