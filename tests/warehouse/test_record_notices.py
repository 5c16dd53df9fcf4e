"""A rule of records that is a notice: the store tells of the records that break it, and of no others after a change."""

from dataclasses import replace

import polars as pl
import pytest

from papersieve.checks.record_columns import RECORDS
from papersieve.checks.rules import Rule
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.run import run
from papersieve.warehouse.store.dump_batch import renormalise, write_part
from papersieve.warehouse.store.store import Store

#: Every second record breaks it.
EVEN = Rule("ordinal_even", pl.col("ordinal") % 2 == 1, "an odd place")
TOLD = replace(RECORDS, rules=(*RECORDS.rules, replace(EVEN, is_notice=True)))
HELD = replace(RECORDS, rules=(*RECORDS.rules, EVEN))


def told(store: Store) -> tuple[set[str], int]:
    """What notices say of it, and how many there are."""
    rows = store.connection.execute("SELECT message FROM notices WHERE code = 'ordinal_even'").fetchall()
    return {message for (message,) in rows}, len(rows)


@pytest.fixture
def store(sample_folder, tmp_path):
    run([sample_folder], store=tmp_path / "store.duckdb", warehouse=tmp_path / "w.duckdb", settings=Settings())
    with Store(tmp_path / "store.duckdb") as opened:
        yield opened


def test_a_rule_becomes_a_notice_and_goes_back_without_a_trace(store):
    before = {table: store.connection.table(table).pl() for table in ("records", "quarantined_records", "notices")}
    records = before["records"].height
    renormalise(store, TOLD)
    assert store.connection.table("records").shape[0] == records
    messages, rows = told(store)
    assert messages == {"expected: an odd place"}
    assert 0 < rows == before["records"].filter(pl.col("ordinal") % 2 == 0).height
    renormalise(store, HELD)
    assert told(store) == (set(), 0)
    assert store.connection.table("records").shape[0] == records - rows
    renormalise(store)
    for table, frame in before.items():
        assert store.connection.table(table).pl().sort(pl.all()).equals(frame.sort(pl.all()))


def test_a_dump_that_is_taken_in_is_told_of(sample_folder, tmp_path):
    extraction = extract_dump(read_dump(min(sample_folder.iterdir())))
    with Store(tmp_path / "store.duckdb") as store:
        write_part(store, extraction, TOLD)
        good = store.connection.table("records").pl()
        assert told(store)[1] == good.filter(pl.col("ordinal") % 2 == 0).height > 0
