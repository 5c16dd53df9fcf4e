"""Which documents have a block key: a sorted file beside the store, so that asking costs what is asked.

DuckDB reads a column of keys whole, since keys are spread over all of its blocks: half a second for forty million. Of
a mapped file, the system reads the pages that a search touches. The file is a copy of what the store holds, never
changed and never needed: where it is missing, or is not what the store says, keys are scanned. It may name
documents that are gone; whoever asks looks them up in the store.
"""

import contextlib
from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl

from warehouse.files import flush, flush_folder
from warehouse.store import Store

#: The file is written anew where it lacks more than this share of the documents; those that it lacks are scanned.
_LACKING_SHARE = 0.05

#: Rows that are held at a time while the file is written.
_ROWS = 1_000_000


def searched_documents(store: Store, keys: pl.Series) -> pl.DataFrame | None:
    """Documents (document_no) among which are all that have one of the keys; None: it may be any document."""
    known = store.query("key_index").row(0, named=True)
    table = _opened(store.path, known)
    if table is None:
        return None
    wanted = np.unique(keys.to_numpy())
    first, last = (np.searchsorted(table[0], wanted, side) for side in ("left", "right"))
    found = [table[1, begin:end] for begin, end in zip(first, last, strict=True) if begin < end]
    lacking = np.arange(known["up_to"] + 1, known["last_no"] + 1)
    return pl.DataFrame({"document_no": np.unique(np.concatenate([lacking, *found]))})


def keep_key_index(store: Store, *, at_least: int) -> None:
    """Write the file anew where it is missing, or lacks too many documents; remove those that are not the store's.

    at_least: documents that are worth a file.
    """
    known = store.query("key_index").row(0, named=True)
    covered = known["up_to"] if _opened(store.path, known) is not None else -1
    file = known["file"]
    if known["last_no"] - covered > max(at_least, _LACKING_SHARE * known["last_no"]):
        file = f"{store.path.name}.{uuid4().hex}.keys"
        _write(store, store.path.with_name(file), known["keys"])
        with store.transaction():
            store.execute(
                "note_key_index",
                written=pl.DataFrame({"file": [file], "entries": [known["keys"]], "up_to": [known["last_no"]]}),
            )
    for other in store.path.parent.glob(f"{store.path.name}.*.keys"):
        if other.name != file:
            with contextlib.suppress(OSError):  # what is in use can't be removed on Windows: the next run will
                other.unlink()


def _write(store: Store, file: Path, entries: int) -> None:
    """All keys, sorted, then their documents. Written and not mapped: a full disk is an error then, and no end of the process."""
    at = 0
    try:
        with file.open("wb") as written:
            for batch in store.batches("sorted_keys", _ROWS):
                for column in range(2):
                    written.seek(8 * (column * entries + at))
                    written.write(batch.column(column).to_numpy().tobytes())
                at += batch.num_rows
        flush(file)
    except OSError:
        file.unlink(missing_ok=True)
        raise
    flush_folder(file.parent)


def _opened(store: Path, known: dict[str, object]) -> np.memmap | None:
    """The keys, sorted, and under each its document; None where there is no file of the size that the store knows."""
    if not known["file"] or not known["entries"]:
        return None
    file, entries = store.with_name(str(known["file"])), int(str(known["entries"]))
    if not file.is_file() or file.stat().st_size != 16 * entries:
        return None
    return np.memmap(file, np.int64, "r", shape=(2, entries))
