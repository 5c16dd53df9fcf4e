"""A rule of records that is a notice: the store tells of the records that break it, and of no others after a change."""

import shutil
from dataclasses import replace

import duckdb
import polars as pl
import pytest

from papersieve.checks.record_columns import RECORDS
from papersieve.checks.rules import Rule
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.warehouse.store.dump_batch import renormalise, write_part
from papersieve.warehouse.store.store import Store

#: Every second record breaks it.
EVEN = Rule("ordinal_even", pl.col("ordinal") % 2 == 1, "an odd place")
TOLD = replace(RECORDS, rules=lambda: (*RECORDS.rules(), replace(EVEN, is_notice=True)))
HELD = replace(RECORDS, rules=lambda: (*RECORDS.rules(), EVEN))


def stored(store, table: str) -> pl.DataFrame:
    """All rows of a table of a closed store, in a fixed order."""
    with duckdb.connect(store, read_only=True) as con:
        return con.table(table).pl().sort(pl.all())


def told(store) -> list[str]:
    """Notices about the rule."""
    return stored(store, "notices").filter(pl.col("code") == "ordinal_even")["message"].to_list()


def renormalised(store, contract=RECORDS) -> dict[str, pl.DataFrame]:
    """The tables after every record was normalised again under a contract."""
    with Store(store) as opened, opened.transaction():
        renormalise(opened, contract)
    return {table: stored(store, table) for table in ("records", "quarantined_records", "notices")}


@pytest.mark.long
def test_a_rule_becomes_a_notice_and_goes_back_without_a_trace(sample_warehouse, tmp_path):
    store = shutil.copy(sample_warehouse.with_name("_store.duckdb"), tmp_path / "store.duckdb")
    before = renormalised(store)
    even = before["records"].filter(pl.col("ordinal") % 2 == 0).height
    assert even
    assert renormalised(store, TOLD)["records"].height == before["records"].height
    assert told(store) == ["expected: an odd place"] * even
    assert renormalised(store, HELD)["records"].height == before["records"].height - even
    assert told(store) == []
    after = renormalised(store)
    assert all(after[table].equals(before[table]) for table in before)


def test_a_dump_that_is_taken_in_is_told_of(sample_folder, tmp_path):
    extraction = extract_dump(read_dump(min(sample_folder.iterdir())))
    with Store(tmp_path / "store.duckdb") as store:
        write_part(store, extraction, TOLD)
    even = stored(tmp_path / "store.duckdb", "records").filter(pl.col("ordinal") % 2 == 0).height
    assert len(told(tmp_path / "store.duckdb")) == even > 0
