"""Published texts near to one that is looked up: asked of DuckDB once, and of what is kept in memory from then on.

DuckDB reads a column of keys whole, since each of a text's hashes may be in any part of it, and unpacks 2,048 abstracts
for one. So the second look-up in a version, by whatever connection of this process, sorts its keys into memory: 9
bytes a key. A version never changes; those asked last stay.
"""

import json
from collections.abc import Sequence
from threading import Lock
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from papersieve.pipeline.settings import Settings
from papersieve.pipeline.settings_file import stored_settings
from papersieve.warehouse.sql import ask_rows, statement_sql

#: Versions of which something is kept: the one in place, and the one before it while somebody has that open.
_VERSIONS = 2

#: Keys up to which they are kept: 0.45 GB. Records up to which all their texts are, and in which portions DuckDB
#: unpacks them.
_MOST_KEYS, _MOST_TEXTS, _PORTION = 50_000_000, 131_072, 2_048

#: Steps of a weight for each time that a key is twice as rare.
_STEPS = 64

Row = dict[str, Any]
Numbers = npt.NDArray[np.int64]


class _Layout(NamedTuple):
    """keys and places (of their documents among the documents, which are in order): one a
    key of a document, in the order of both; record_documents and rows: one a record.
    """

    keys: npt.NDArray[np.uint32]
    places: npt.NDArray[np.int32]
    documents: Numbers
    record_documents: Numbers
    rows: Numbers


class NearTexts:
    """One version. Several threads may ask, each with a connection of its own."""

    def __init__(self, settings: str) -> None:
        self.settings: Settings = stored_settings(json.loads(settings), source="publication.settings")
        self._layout: _Layout | None = None
        self._portions: dict[int, dict[int, Row]] = {}
        self._lock = Lock()
        self._asked = 0

    def find(self, con: duckdb.DuckDBPyConnection, keys: list[int], most: int) -> list[Row]:
        """Records, one a document, of the documents that have the rarest keys in
        common: document_id, record_id, paper_id, title, abstract, dump, line_start.
        """
        layout = self._laid_out(con)
        found = self._records_of(con, layout, nearest(layout, keys, most)) if layout else None
        if found is None:
            found = ask_rows(con, "near_documents", keys=keys, most=most)
        first: dict[str, Row] = {}
        for row in sorted(found, key=lambda row: (row["document_id"], row["dump_no"], row["ordinal"])):
            first.setdefault(row["document_id"], row)
        return [{k: v for k, v in row.items() if k not in ("row", "dump_no", "ordinal")} for row in first.values()]

    def _laid_out(self, con: duckdb.DuckDBPyConnection) -> _Layout | None:
        with self._lock:
            if self._asked == 1:  # a command asks once
                self._layout = _lay_out(con)
            self._asked += 1
        return self._layout

    def _records_of(self, con: duckdb.DuckDBPyConnection, layout: _Layout, documents: Numbers) -> list[Row] | None:
        """Every record of these documents; None where they are not
        where this version has them: the file is another's copy of it.
        """
        begin, end = (np.searchsorted(layout.record_documents, documents, side) for side in ("left", "right"))
        rows = np.concatenate([layout.rows[a:b] for a, b in zip(begin, end, strict=True)] or [layout.rows[:0]])
        found = self._kept(con, rows.tolist()) if layout.rows.size <= _MOST_TEXTS else _asked(con, rows.tolist())
        wanted = {f"{document:012x}" for document in documents.tolist()}
        is_right = len(found) == rows.size and all(row["document_id"][:12] in wanted for row in found)
        return found if is_right else None

    def _kept(self, con: duckdb.DuckDBPyConnection, rows: list[int]) -> list[Row]:
        """The rows out of portions that stay."""
        for number in {row // _PORTION for row in rows} - self._portions.keys():
            first = number * _PORTION
            asked = ask_rows(con, "records_between", first=first, last=first + _PORTION - 1)
            self._portions[number] = {row["row"]: row for row in asked}
        return [found for row in rows if (found := self._portions[row // _PORTION].get(row))]


def near_texts(con: duckdb.DuckDBPyConnection) -> NearTexts:
    """Of the version that the connection is open to."""
    ((*version,),) = con.execute(statement_sql("version_of_look_ups")).fetchall()
    with _kept_lock:
        texts = _kept_versions.pop(tuple(version), None) or NearTexts(version[0])
        _kept_versions[tuple(version)] = texts  # the last one that was asked is the last one to go
        for old in list(_kept_versions)[:-_VERSIONS]:
            del _kept_versions[old]
    return texts


_kept_versions: dict[tuple[Any, ...], NearTexts] = {}
_kept_lock = Lock()


def _lay_out(con: duckdb.DuckDBPyConnection) -> _Layout | None:
    ((count,),) = con.execute(statement_sql("how_many_lookup_keys")).fetchall()
    if count > _MOST_KEYS:
        return None
    keys = con.execute(statement_sql("all_lookup_keys")).fetchnumpy()
    records = con.execute(statement_sql("rows_of_documents")).fetchnumpy()
    documents = con.execute(statement_sql("documents_of_keys")).fetchnumpy()["document"]
    return _Layout(keys["key"], keys["place"], documents, records["document"], records["row"])


def _asked(con: duckdb.DuckDBPyConnection, rows: list[int]) -> list[Row]:
    return ask_rows(con, "records_at", rows=rows)


def nearest(layout: _Layout, keys: Sequence[int], most: int) -> Numbers:
    """The documents that have the rarest of these keys, as `near_documents` of lookup.sql weighs them."""
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
    """Of keys that so many documents have, among so many records: the logarithm of how rare they are.

    An n-th each would let one key that a document alone has outweigh nine that a hundred have. A whole number, so that
    sums are the same in whatever order they are added, and rounded where no count comes near, so that libraries agree.
    """
    return np.asarray(1 + np.rint(_STEPS * np.log2(records / having)), np.int64)
