"""The documents of each block key, in a sorted file next to the store, so that a small search reads little.

DuckDB reads the whole column of keys, because the wanted keys are spread over all its blocks: half a second for forty
million. From a mapped file, the system reads only the pages that a search touches. The file is a copy: it is never
changed, and the store works without it. If it is missing, or differs from the store's notes about it, the keys are
scanned. It may name documents that are gone, and about one in a hundred documents that it names has a different key
with the same upper half; so the caller checks the documents found against the store.

Layout, in 64-bit integers: blocks of 1,024 sorted entries, each made of the upper half of a key and the number of a
document (the last block is filled up with the largest integer); then the directory: the first entry of each block, and
the sum of each block. The store has the directory's checksum, so only blocks that are read need to be checked.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import numpy as np
import polars as pl

from papersieve.warehouse.files import flush, flush_folder, siblings
from papersieve.warehouse.store.store import Store

#: The file is rewritten if more than this share of the documents is missing from it. The missing ones are scanned.
_LACKING_SHARE = 0.05

#: Entries in a block: 8 KiB, two pages of memory, which are read and checked for each key.
_ENTRIES = 1_024

#: The number of blocks in memory while the file is written.
_BLOCKS = 2_000

#: The bits of an entry that hold the document's number.
_NUMBER = 0xFFFFFFFF

#: One odd factor for each entry of a block, so that the sum of products changes if a bit changes or if two entries are
#: swapped.
_FACTORS = np.random.default_rng(1).integers(0, 1 << 63, _ENTRIES, dtype=np.uint64) * 2 + 1


class _Table(NamedTuple):
    """The mapped file. blocks: (block, entry); first_entries and sums: one per block."""

    blocks: np.ndarray
    first_entries: np.ndarray
    sums: np.ndarray


def searched_documents(store: Store, keys: pl.Series) -> pl.DataFrame | None:
    """Documents (document_no) that include all that have one of the keys; None if there is no usable file."""
    known = store.query("key_index").row(0, named=True)
    table = _opened(store.path, known)
    if table is None:
        return None
    wanted = np.unique(keys.to_numpy())
    found = _documents(table, wanted)
    if found is None:  # damaged: the next run writes a new one
        store.path.with_name(str(known["file"])).unlink(missing_ok=True)
        return None
    lacking = np.arange(known["up_to"] + 1, known["last_no"] + 1)
    return pl.DataFrame({"document_no": np.unique(np.concatenate([lacking, found]))})


def _documents(table: _Table, wanted: np.ndarray) -> np.ndarray | None:
    """The documents of the wanted keys, which are sorted. None if a block that had to be read is damaged."""
    lowest, highest = wanted & ~_NUMBER, wanted | _NUMBER
    # The entries of a key may begin in the block before the one that starts with it.
    first = np.maximum(np.searchsorted(table.first_entries, lowest, "left") - 1, 0)
    last = np.searchsorted(table.first_entries, highest, "right")
    asked = np.unique(np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)] or [first]))
    blocks = np.ascontiguousarray(table.blocks[asked])
    if not np.array_equal(_sums(blocks), table.sums[asked]):
        return None
    entries = blocks.ravel()
    begin, end = np.searchsorted(entries, lowest, "left"), np.searchsorted(entries, highest, "right")
    return np.concatenate([entries[a:b] for a, b in zip(begin, end, strict=True)] or [entries[:0]]) & _NUMBER


def keep_key_index(store: Store, *, at_least: int) -> None:
    """Write the file if it is missing or lacks too many documents; remove files that the store does not know.

    at_least: the file is written only if it lacks more documents than this.
    """
    known = store.query("key_index").row(0, named=True)
    covered = known["up_to"] if _opened(store.path, known) is not None else -1
    file = known["file"]
    if known["last_no"] - covered > max(at_least, _LACKING_SHARE * known["last_no"]):
        file = f"{store.path.name}.{uuid4().hex}.keys"
        checksum = _write(store, store.path.with_name(file))
        written = {"file": file, "entries": known["keys"], "up_to": known["last_no"], "checksum": checksum}
        with store.transaction():
            store.execute("note_key_index", written=pl.DataFrame([written]))
    for other in siblings(store.path, rf"{re.escape(store.path.name)}\.[0-9a-f]+\.keys"):
        if other.name != file:
            with contextlib.suppress(OSError):  # Windows can't remove a file in use; the next run will
                other.unlink()


def _write(store: Store, file: Path) -> str:
    """Write all keys, sorted, with their documents. Returns the directory's checksum.

    The file is written, not mapped, so that a full disk raises an error and does not kill the process.
    """
    first_entries, sums = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
    try:
        with file.open("wb") as written:
            for blocks in _all_blocks(store):
                first_entries.append(blocks[:, 0])
                sums.append(_sums(blocks))
                written.write(blocks.tobytes())
            directory = np.concatenate(first_entries).tobytes() + np.concatenate(sums).tobytes()
            written.write(directory)
        flush(file)
    except OSError:
        file.unlink(missing_ok=True)
        raise
    flush_folder(file.parent)
    return _checksum(directory)


def _all_blocks(store: Store) -> Iterator[np.ndarray]:
    """All entries in order, as blocks; only the last block may need filling up."""
    left = np.empty(0, np.int64)
    for batch in store.batches("sorted_keys", _BLOCKS * _ENTRIES):
        left = np.concatenate([left, batch.column(0).to_numpy()])
        whole = left.size // _ENTRIES * _ENTRIES
        if whole:
            yield _filled(left[:whole])
        left = left[whole:]
    if left.size:
        yield _filled(left)


def _filled(entries: np.ndarray) -> np.ndarray:
    """The entries as blocks; the last one is filled up with the largest integer."""
    padded = np.full(_blocks_of(len(entries)) * _ENTRIES, np.iinfo(np.int64).max)
    padded[: len(entries)] = entries
    return padded.reshape(-1, _ENTRIES)


def _sums(blocks: np.ndarray) -> np.ndarray:
    return np.asarray((blocks.view(np.uint64) * _FACTORS).sum(axis=1, dtype=np.uint64))


def _blocks_of(entries: int) -> int:
    return -(-entries // _ENTRIES)


def _checksum(directory: bytes) -> str:
    return hashlib.blake2b(directory, digest_size=16).hexdigest()


def _opened(store: Path, known: dict[str, object]) -> _Table | None:
    """The mapped file; None if it is missing or not the one that the store knows."""
    if not known["file"] or not known["entries"]:
        return None
    file, blocks = store.with_name(str(known["file"])), _blocks_of(int(str(known["entries"])))
    size = 8 * _ENTRIES * blocks
    if not file.is_file() or file.stat().st_size != size + 16 * blocks:
        return None
    mapped = np.memmap(file, np.uint8, "r")
    directory = mapped[size:].tobytes()
    if _checksum(directory) != known["checksum"]:
        return None
    first_entries = np.frombuffer(directory, np.int64, blocks)
    sums = np.frombuffer(directory, np.uint64, blocks, 8 * blocks)
    return _Table(mapped[:size].view(np.int64).reshape(blocks, _ENTRIES), first_entries, sums)
