"""A store filled by several processes equals, row for row, one that a single process filled."""

import os
import shutil

import duckdb
import pytest

from papersieve.pipeline.progress import silent
from papersieve.pipeline.reading_settings import Reading
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.archives import in_tar, in_zip
from tests.support.sample import make_sample
from tests.support.store_places import TIMES

LONG_AGO = 1_000_000_000.0


def rows(path) -> dict[str, list[tuple]]:
    """The rows of every table in stored order, without times. Tables that DuckDB fills in any order are sorted."""
    tables = {}
    with duckdb.connect(path, read_only=True) as con:
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            columns = [column for column, *_ in con.execute(f"DESCRIBE {name}").fetchall() if column not in TIMES]
            order = "ALL" if name in ("pending", "changes") else "rowid"
            tables[name] = con.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {order}").fetchall()
    return tables


def settle(folder):
    """Give new files an old time: a file that was written a moment ago is read once more, which depends on the time."""
    for file in folder.iterdir():
        if file.stat().st_mtime != LONG_AGO:
            os.utime(file, (LONG_AGO, LONG_AGO))


@pytest.mark.long
def test_a_store_filled_by_several_processes_is_that_of_one(tmp_path):
    sample = make_sample(seed=3)
    texts = [text.encode() for text in sample.dumps.values()]
    dumps, stores = tmp_path / "dumps", [tmp_path / "one.duckdb", tmp_path / "many.duckdb"]
    dumps.mkdir()
    for number, text in enumerate(texts[:4]):
        (dumps / f"{number:02}.txt").write_bytes(text)
    settle(dumps)
    with Store(stores[0]) as store:
        ingest(store, [dumps], silent, Reading(processes=1))
        withdraw(store, ["03.txt"])
    shutil.copyfile(*stores)

    (dumps / "00.txt").write_bytes(texts[4])
    (dumps / "00_moved.txt").write_bytes(texts[0])
    (dumps / "04.txt").write_bytes(texts[5].replace(b"\n", b"\n\xff", 1))
    (dumps / "05.zip").write_bytes(in_zip({"a": texts[6], "b": b"", "c": texts[1], "d": b"\x1f\x8b torn"}))
    (dumps / "06.tar.gz").write_bytes(in_tar({"a": texts[7], "b": texts[7], "c": texts[6]}))
    (dumps / "07.txt").write_bytes(texts[5] * 3)
    (dumps / "08.zip").write_bytes(in_zip({"a": texts[5]})[:-30])
    (dumps / "09.txt").write_bytes(texts[5])
    settle(dumps)
    outcomes = []
    for path, processes in zip(stores, (1, 2), strict=True):
        with Store(path) as store:
            outcomes.append(ingest(store, [dumps], silent, Reading(processes=processes, batch_entries=100)))
    assert outcomes[0] == outcomes[1]
    assert {o.outcome for o in outcomes[0]} == {"added", "replaced", "located", "unchanged", "withdrawn", "unreadable"}
    one, many = map(rows, stores)
    assert one.keys() == many.keys()
    for name in one:
        assert many[name] == one[name], name
    assert len(one["records"]) > 300
