"""A memory limit does not change the published tables: data that does not fit is spilled next to the store."""

from pathlib import Path

import duckdb
import pytest

from papersieve.pipeline.settings import Operation, Settings
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import in_mb
from tests.support.made_dumps import json_lines
from tests.support.store_places import Place, published_tables


@pytest.mark.long
def test_what_is_published_does_not_depend_on_the_memory_limit(tmp_path):
    said, spilled = [], set[Path]()
    for memory_limit in (None, "48MB"):
        place = Place(tmp_path / str(memory_limit))
        place.folder.mkdir()
        place.write("a.jsonl", json_lines(*range(3_000), *range(100)))
        place.write("b.jsonl", json_lines(*range(2_950, 3_050)))

        def look(*_: object, place: Place = place) -> None:
            spilled.update(place.folder.rglob("*.tmp/*"))

        result = place.run(settings=Settings(operation=Operation(memory_limit=memory_limit)), progress=look)
        assert result.published
        assert bool(spilled) == bool(memory_limit)
        said.append({name: rows for name, rows in published_tables(place.warehouse).items() if "dump" not in name})
    assert said[0] == said[1]


@pytest.mark.parametrize("mb", [0, 30, 200, 20_000, 4_000_000, 3_000_000_000])
def test_a_size_is_read_as_duckdb_tells_it(mb):
    """The oracle is DuckDB's own function, which rounds to one decimal."""
    with duckdb.connect() as con:
        [(told,)] = con.execute("SELECT format_bytes(?::BIGINT)", [mb * 10**6]).fetchall()
    assert in_mb(told) == pytest.approx(mb, rel=0.04, abs=0.5)


@pytest.mark.parametrize(
    ("memory_limit", "threads", "bound"),
    [(None, "1", "976.5 MiB"), (None, "8", "3.8 GiB"), ("100MB", "8", "95.3 MiB")],
)
def test_duckdb_may_use_what_is_set_or_half_a_gigabyte_a_core(tmp_path, monkeypatch, memory_limit, threads, bound):
    monkeypatch.setenv("PAPERSIEVE_THREADS", threads)
    settings = Settings(operation=Operation(memory_limit=memory_limit))
    with Store(tmp_path / "store.duckdb", settings) as store:
        assert store._connection.sql("SELECT current_setting('memory_limit')").fetchall() == [(bound,)]
