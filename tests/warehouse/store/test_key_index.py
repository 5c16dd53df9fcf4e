"""The file of sorted keys: it changes the cost of a refresh, never its result."""

import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.settings import Matching, Operation, Settings
from papersieve.warehouse.store import key_file as key_index
from papersieve.warehouse.store.key_file import keep_key_index, searched_documents
from papersieve.warehouse.store.store import Store
from tests.support.history import History
from tests.support.store_places import Place


def files(place):
    return sorted(f.name for f in place.folder.glob("*.keys"))


SETTINGS = Settings(matching=Matching(bucket_cap=3), operation=Operation(batch_documents=9))


def fill(place: Place) -> None:
    """Make a store of 12 documents. The first ten exceed a batch, so they are in the file; the last two are not."""
    history = History(place, SETTINGS, publishes=False)
    history.add(1, [(paper, 0) for paper in range(10)])
    history.add(2, [(1, 2), (10, 0)])


def assert_searches_agree(store: Store) -> set[int]:
    """Check that the file and a scan find the same buckets for each document. Returns the documents searched."""
    searched_at_all = set()
    for number in store._connection.sql("SELECT document_no FROM documents").pl()["document_no"]:
        chosen = pl.DataFrame({"document_no": [number]})
        buckets = store.query("hot_buckets_of", chosen=chosen)
        keys = store.query("keys_to_search", chosen=chosen, buckets=buckets)
        searched = searched_documents(store, keys["key"])
        assert searched is not None
        by_file = store.query("buckets_among", keys=keys, searched=searched)
        assert sorted(by_file.iter_rows()) == sorted(store.query("buckets", keys=keys).iter_rows())
        searched_at_all |= set(searched["document_no"])
    return searched_at_all


def test_the_file_finds_what_a_scan_finds_and_is_kept_where_little_is_new(history):
    assert len(files(history.place)) == 1
    with Store(history.place.store) as store:
        known = store.query("key_index").row(0, named=True)
        assert known["last_no"] - known["up_to"] == 2
        assert len(assert_searches_agree(store)) == 12
        # For one document, not all others are searched.
        key = store._connection.sql("SELECT key FROM block_keys WHERE document_no = 7 AND match_key = 'abstract'").pl()
        assert searched_documents(store, key["key"])["document_no"].to_list() == [7, 11, 12]


@pytest.mark.long
def test_the_numbers_of_documents_that_are_gone_are_given_again_and_found(history):
    with Store(history.place.store) as store:
        keep_key_index(store, at_least=0)
        assert store.query("key_index")["up_to"].item() == 12
    history.publishes = False
    for which in (1, 0):  # the last dump, then the first, so that every number is freed
        history.withdraw(which)
        history.add(3 + which, [(20 + which, 0), (1, 3), (1, 4)])
        with Store(history.place.store) as store:
            assert_searches_agree(store)
    history.compare(is_rebuilt=True)


def harmed(content: bytes, harm: str) -> bytes:
    """A file of the same size with other content."""
    middle = len(content) // 3
    return {
        "zeroed": bytes(len(content)),
        "random": random.Random(1).randbytes(len(content)),
        "a bit": content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :],
        "a bit of the directory": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        "blocks changed places": content[8192:16384] + content[:8192] + content[16384:],
    }[harm]


@pytest.mark.long
def test_a_file_of_the_same_size_with_other_content_is_never_believed(place):
    history = History(place, Settings(operation=Operation(batch_documents=9)), publishes=False)
    history.add(1, [(paper, 0) for paper in range(24)])
    [name] = files(place)
    file, sound = place.folder / name, (place.folder / name).read_bytes()
    assert len(sound) > 2 * 8192
    with Store(place.store) as store:
        asked = [
            store._connection.sql(f"SELECT key FROM block_keys WHERE document_no = {no}").pl() for no in range(1, 25)
        ]
        for harm in ("zeroed", "random", "a bit", "a bit of the directory", "blocks changed places"):
            file.write_bytes(harmed(sound, harm))
            assert any(searched_documents(store, keys["key"]) is None for keys in asked), harm
        file.write_bytes(sound)
        assert all(searched_documents(store, keys["key"]) is not None for keys in asked)
    file.write_bytes(harmed(sound, "random"))
    history.add(3, [(1, 3), (2, 6)])
    [anew] = files(place)
    assert anew != name
    history.compare()


@given(
    st.lists(st.integers(-3, 3), max_size=40),
    st.lists(st.integers(-5, 5), min_size=1, max_size=8, unique=True),
    st.integers(1, 5),
    st.integers(0, 2**32 - 1),
)
def test_blocks_hold_each_key_with_its_documents(keys, wanted, entries, lower_half):
    """The oracle is a plain filter. Keys span several blocks; the lower half of a key makes no difference."""
    held = sorted((key << 32) + number for number, key in enumerate(keys))
    asked = np.array(sorted((key << 32) + lower_half for key in wanted), np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_index, "_ENTRIES", entries)
        patch.setattr(key_index, "_FACTORS", np.arange(1, 2 * entries + 1, 2, dtype=np.uint64))
        blocks = key_index._filled(np.array(held, np.int64))
        table = key_index._Table(blocks, blocks[:, 0], key_index._sums(blocks))
        found = key_index._documents(table, asked) if len(blocks) else np.array([])
    assert sorted(found.tolist()) == sorted(number for number, key in enumerate(keys) if key in wanted)


@pytest.mark.long
@pytest.mark.parametrize("harm", ["gone", "torn", "another's", "left over"])
def test_a_store_without_its_file_is_scanned_and_given_another(history, harm):
    place = history.place
    [name] = files(place)
    file = place.folder / name
    if harm == "gone":
        file.unlink()
    elif harm == "torn":
        file.write_bytes(file.read_bytes()[:-16])
    elif harm == "another's":
        file.rename(place.folder / "store.duckdb.0.keys")
    else:
        (place.folder / "store.duckdb.0.keys").write_bytes(b"of a run that was killed")
    history.publishes = False
    history.add(3, [(1, 3), (2, 6)])
    assert len(files(place)) == 1
    assert (files(place) == [name]) == (harm == "left over")
    with Store(place.store) as store:
        assert_searches_agree(store)
