"""A column is said once: one that is added to the contract of records is found wherever columns of records are."""

import shutil
from dataclasses import dataclass, fields
from datetime import datetime

import duckdb
import polars as pl
import pytest

from papersieve.assets.metadata import column_lineage, column_schema
from papersieve.assets.resources import Places
from papersieve.checks import rules
from papersieve.checks.contracts import contracts_of
from papersieve.checks.quarantine import require
from papersieve.checks.record_columns import RECORDS
from papersieve.checks.rules import Column, Golden, matches
from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_columns import entries_frame, entry_schema
from papersieve.pipeline.merging.golden import golden_columns, golden_records
from papersieve.pipeline.merging.survivorship import RULES
from papersieve.pipeline.records import split_records
from papersieve.warehouse.published.check_files import checks
from papersieve.warehouse.published.dictionary import describe, meanings
from papersieve.warehouse.sql import execute
from papersieve.warehouse.store.schema import add_columns, make_published_tables
from papersieve.warehouse.store.store import Store
from tests.support.made_records import with_column

MOST = Golden("most often listed", "funder shown most often")
IS_WORD = matches("^[a-z]+$", "funder_malformed", "letters")
FUNDER = Column("funder", rules.TEXT, "funder, as listed", (IS_WORD,), is_nullable=True, golden=MOST)
WITH_FUNDER = with_column(RECORDS, FUNDER)
CONTRACTS = contracts_of(WITH_FUNDER)
TEXT = "An abstract of many words that say what the paper is about, and how it came to be. "


@dataclass
class Said(Entry):
    funder: str | None = None


@pytest.fixture
def records() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Three records of one paper and one that breaks the rule of the new column."""
    said = [" fnd", "fnd", None, "???"]
    entries = [Said(n, n, title="The Title of a Paper", abstract=TEXT, funder=s) for n, s in enumerate(said, start=1)]
    ids = [f"{n:032x}" for n in range(4)]
    read = entries_frame(entries, records=WITH_FUNDER).with_columns(record_id=pl.Series(ids), dump_id=pl.lit("0" * 32))
    return split_records(read, contract=WITH_FUNDER)


def test_entries_and_records_have_it_and_its_rule_quarantines(records):
    assert set(entry_schema(WITH_FUNDER)) - set(entry_schema()) == {"funder"}
    good, quarantined = records
    assert good["funder"].to_list() == ["fnd", "fnd", None]
    assert quarantined["reason_codes"].to_list() == [["funder_malformed"]]


def test_papers_have_it_with_its_lineage(records):
    papers, lineage = golden_records(records[0].with_columns(paper_id=pl.lit("0" * 32)), WITH_FUNDER)
    assert require(papers.select(*CONTRACTS["papers"].columns), CONTRACTS["papers"])["funder"].to_list() == ["fnd"]
    given = lineage.filter(pl.col("column_name") == "funder")
    assert given.select("record_id", "rule").rows() == [(f"{0:032x}", "most often listed")]


@pytest.fixture
def published(sample_warehouse, tmp_path):
    """A connection to what is published of the sample, whose records say a funder now."""
    store = shutil.copy(sample_warehouse.with_name("_store.duckdb"), tmp_path)
    with duckdb.connect(store) as con:
        add_columns(con, CONTRACTS)
        con.execute("UPDATE records SET funder = 'fnd' WHERE ordinal % 2 = 0; ATTACH ':memory:' AS published")
        records = con.sql("FROM records JOIN paper_documents USING (document_id)").pl()
        papers, lineage = golden_records(records, WITH_FUNDER)
        con.execute("DELETE FROM papers; DELETE FROM paper_lineage")
        execute(con, "add_papers", new_papers=papers, new_lineage=lineage)
        con.execute("UPDATE papers SET revision = 0; UPDATE paper_lineage SET revision = 0")
        make_published_tables(con, CONTRACTS)
        execute(con, "choose_all")
        facts = pl.DataFrame({"schema_version": [1], "fingerprint": ["f"], "last_published_at": [datetime(2026, 1, 5)]})
        execute(con, "build_published", publication_facts=facts, record_columns=WITH_FUNDER.empty())
        con.execute("USE published")
        describe(con, CONTRACTS)
        yield con


def test_the_store_and_what_is_published_have_it_with_its_comments(published):
    for table in ("records", "papers"):
        assert set(published.table(table).select("funder").fetchall()) == {("fnd",), (None,)}
    assert published.table("records").columns == [*WITH_FUNDER.columns, "paper_id", "document_uuid"]
    assert "funder" in published.table("quarantined_records").columns
    comments = "SELECT table_name, comment FROM duckdb_columns() WHERE column_name = 'funder' AND comment IS NOT NULL"
    assert set(published.execute(comments).fetchall()) == {
        ("records", "funder, as listed; null if unknown"),
        ("quarantined_records", "funder, as listed; null if unknown"),
        ("papers", "funder shown most often; null if unknown"),
    }


def test_the_giver_check_misses_its_giver(published):
    (check,) = (check for check in checks() if check.name == "every_golden_value_has_a_giver")
    assert published.execute(check.sql).fetchall() == []
    published.execute("DELETE FROM paper_lineage WHERE column_name = 'funder'")
    _, with_value, with_giver = published.execute(check.sql).fetchone()
    assert set(with_value) - set(with_giver) == {"funder"}


def test_a_store_of_before_gets_new_columns_once_and_none_that_it_lost(tmp_path):
    with Store(tmp_path / "store.duckdb"):
        pass
    with duckdb.connect(tmp_path / "store.duckdb") as con:
        con.execute("ALTER TABLE papers DROP COLUMN issue; DROP TABLE contract_columns")
    with Store(tmp_path / "store.duckdb"):
        pass
    with duckdb.connect(tmp_path / "store.duckdb") as con:
        assert con.table("papers").select("issue").fetchall() == []
        con.execute("ALTER TABLE papers DROP COLUMN pmid")
    with Store(tmp_path / "store.duckdb"):
        pass
    places = Column("places", rules.TEXTS, "places")
    with duckdb.connect(tmp_path / "store.duckdb") as con:
        con.execute(
            "INSERT INTO papers BY NAME SELECT 'p' AS paper_id, [] AS urls, [] AS code_urls, "
            "1 AS record_count, 1 AS document_count, 1 AS dump_count"
        )
        for _ in range(2):
            add_columns(con, CONTRACTS | {"papers": with_column(CONTRACTS["papers"], places)})
        for table in ("records", "quarantined_records", "papers"):
            assert con.table(table).columns.count("funder") == 1
        assert con.table("papers").select("funder", "places").fetchall() == [(None, [])]
        assert "pmid" not in con.table("papers").columns


def test_the_dictionary_and_dagster_have_it():
    assert meanings(CONTRACTS)["papers", "funder"].startswith("funder shown most often")
    shown = {column.name: column for column in column_schema(CONTRACTS["papers"]).columns}["funder"]
    assert (shown.type, shown.description) == ("varchar", "funder shown most often (from records: funder)")
    assert shown.constraints.other == ["letters"]
    (source,) = column_lineage(CONTRACTS["papers"], Places(dump_folder="", store="", warehouse="")).deps_by_column[
        "funder"
    ]
    assert (source.asset_key.to_user_string(), source.column_name) == ("records", "funder")


def test_every_column_of_records_has_a_source_in_the_entry():
    """A field of its name; or the reader or the resolving of dates, links and identifiers makes it."""
    frame = entries_frame([Entry(1, 2)])
    assert dict(frame.schema) == entry_schema()
    made = {"published": "published_raw", "arxiv": "arxiv_id", "title": "title_raw", "abstract": "abstract_raw"}
    made |= {
        "serials": "issns",
        "types": "publication_type",
        "notes": "is_retracted",
        "said": "other_fields",
        "taken": "other_fields",
    }
    assert {made.get(field.name, field.name) for field in fields(Entry)} <= set(entry_schema())


def test_every_survivorship_rule_of_the_contract_is_one_that_merging_knows():
    used = {golden.rule for _, golden, _ in golden_columns() if not golden.is_union}
    assert used == set(RULES)
    led = {column.golden.leader for column in RECORDS.columns.values() if column.golden}
    assert led - {None} <= {name for name, *_ in golden_columns()}


def test_published_records_and_papers_have_the_columns_of_their_contracts(sample_warehouse):
    with duckdb.connect(sample_warehouse, read_only=True) as con:
        assert con.table("records").columns == [*RECORDS.columns, "paper_id", "document_uuid"]
        assert set(con.table("papers").columns) == {*contracts_of(RECORDS)["papers"].columns, "paper_uuid"}
