"""What Dagster's pages show about a table."""

import logging

import dagster as dg
import polars as pl
import pytest

from papersieve.assets.metadata import (
    MAX_CHARS,
    MAX_ROWS,
    column_lineage,
    column_schema,
    counts,
    first_rows,
    logged,
    preview,
    rows_table,
)
from papersieve.checks.contracts import CONTRACTS


def test_columns_come_from_the_contract():
    columns = {column.name: column for column in column_schema(CONTRACTS["papers"]).columns}
    assert list(columns) == [*CONTRACTS["papers"].columns, "paper_uuid"]
    assert columns["title"].description == "best title; null if no record has one (from records: title)"
    assert columns["title"].constraints.nullable
    assert columns["paper_id"].type == "varchar"
    assert columns["paper_id"].constraints == dg.TableColumnConstraints(
        nullable=False, unique=True, other=["32 hexadecimal digits"]
    )


def test_rules_over_several_columns_come_with_the_table():
    assert "left is before right" in column_schema(CONTRACTS["pairs"]).constraints.other


@pytest.mark.parametrize("table", ["documents", "pairs", "papers"])
def test_every_column_of_a_derived_table_says_which_columns_it_is_made_of(table, house):
    made = column_lineage(CONTRACTS[table], house.papersieve).deps_by_column
    shown = [column.name for column in column_schema(CONTRACTS[table]).columns]
    assert list(made) == [name for name in shown if name != "settings_fingerprint"]
    for sources in made.values():
        assert sources
        for source in sources:
            assert source.column_name in CONTRACTS[source.asset_key.to_user_string()].columns


def test_rows_are_text_that_is_cut():
    frame = pl.DataFrame(
        {
            "text": ["a" * 500] * 20,
            "message": ["b" * 500] * 20,
            "ids": [["x", "y"]] * 20,
            "share": [1 / 3] * 20,
            "none": [None] * 20,
        }
    )
    table = rows_table(frame)
    assert len(table.records) == MAX_ROWS
    first = table.records[0].data
    assert len(first["text"]) == MAX_CHARS
    assert first["text"].endswith("a…")
    assert first["message"] == "b" * 500  # its end says what to do
    assert (first["ids"], first["share"], first["none"]) == ("x, y", "0.333", "")


def test_no_failing_rows_are_no_entry():
    assert first_rows(pl.DataFrame({"a": []})) == {}


def test_a_preview_is_a_markdown_table_that_no_value_breaks():
    frame = pl.DataFrame({"title": ["a | b\n<script> costs $5"] * 12})
    assert preview(frame).md_str.splitlines()[:3] == [
        "| title |",
        "| --- |",
        "| a \\| b &lt;script> costs \\$5 |",
    ]
    assert preview(frame).md_str.endswith("\n\n2 more")
    assert preview(frame.clear()).md_str == "none"


def test_counts_are_whole_and_shares_are_not():
    assert counts({"papers": 3.0, "duplicate_share": 0.2512345}, "papers", "duplicate_share") == {
        "papers": 3,
        "duplicate_share": 0.251,
    }


def test_progress_is_said_now_and_then(caplog):
    log = logging.getLogger("papersieve-test")
    with caplog.at_level("INFO", logger=log.name):
        often, never = logged(log, every_seconds=0), logged(log, every_seconds=60)
        often("pairs", 1_000, 2_000)
        never("pairs", 1_000, 2_000)
    assert [record.getMessage() for record in caplog.records] == ["pairs: 1,000 of 2,000"]
