"""What people who only know SQL rely on: comments, names, types, the cookbook, and their clients."""

import os
import re
import subprocess
from pathlib import Path

import duckdb
import polars as pl
import pytest

from papersieve.warehouse.published.in_place import SCHEMA_VERSION
from tests.support.made_dumps import page
from tests.support.store_places import Place

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
COOKBOOK = (DOCS / "cookbook.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", COOKBOOK, re.S)
COLUMNS = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
TABLES = (
    "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal"
    " UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
)


@pytest.fixture
def con(sample_warehouse):
    with duckdb.connect(sample_warehouse, read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def brought_forward(tmp_path_factory):
    """A warehouse of two versions, the second written into the first."""
    place = Place(tmp_path_factory.mktemp("forward"))
    place.write("a.txt", page(*range(1, 30)))
    place.run()
    place.write("b.txt", page(3, 40))
    place.run()
    assert place.ask("SELECT scope FROM check_results ORDER BY checked_at DESC LIMIT 1") == [("changed",)]
    return place


def test_every_table_and_view_tells_its_grain_and_its_source(con):
    for table, comment in con.execute(TABLES).fetchall():
        assert re.match(r"One row(:| per )", comment or ""), table
        assert " Source: " in comment, table


def test_every_column_has_a_comment_that_says_what_its_nulls_mean(con):
    for table, column, _, comment in con.execute(COLUMNS).fetchall():
        assert comment, f"{table}.{column}"
        nulls = con.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NULL').fetchone()[0]
        assert not nulls or "null" in comment, f"{table}.{column}: {comment}"


@pytest.mark.long
def test_comments_survive_in_a_version_that_was_brought_forward(brought_forward, con):
    assert sorted(brought_forward.ask(COLUMNS)) == sorted(con.execute(COLUMNS).fetchall())
    assert sorted(brought_forward.ask(TABLES)) == sorted(con.execute(TABLES).fetchall())


def test_what_was_promised_is_published(con):
    promised = pl.read_csv(DOCS / f"schema-{SCHEMA_VERSION}.csv").rows()
    found = {(table, column, kind.lower()) for table, column, kind, _ in con.execute(COLUMNS).fetchall()}
    assert set(promised) <= found
    asked = re.findall(r"```sql\n(.*?)```", (DOCS / "schema.md").read_text(encoding="utf-8"), re.S)
    assert [con.execute(query).fetchall() for query in asked] == [[(True,)]]


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_cookbook_has_an_answer(con, query):
    assert con.execute(query).fetchall()


def test_polars_and_pandas_read_it(con):
    ((papers,),) = con.execute("SELECT count(*) FROM papers").fetchall()
    assert con.sql("FROM papers").pl().height == papers
    assert pl.read_database("SELECT title, dump_count FROM papers", con).shape == (papers, 2)
    frame = con.sql("SELECT title, published_date, urls FROM papers").df()
    assert len(frame) == papers
    assert str(frame["published_date"].dtype).startswith("datetime64")


def test_a_bi_tool_finds_everything_in_the_information_schema_and_can_change_nothing(sample_warehouse):
    """Its driver connects several times with a string of options, and reads the standard catalogue."""
    options = {"access_mode": "READ_ONLY"}
    with duckdb.connect(str(sample_warehouse), config=options) as one, one.cursor() as other:
        listed = one.execute("SELECT table_name, table_type FROM information_schema.tables").fetchall()
        assert {("papers", "BASE TABLE"), ("first_listings", "VIEW")} <= set(listed)
        comments = dict(
            other.execute(
                "SELECT column_name, COLUMN_COMMENT FROM information_schema.columns WHERE table_name = 'papers'"
            ).fetchall()
        )
        assert comments["paper_id"]
        assert all(comments.values())
        assert other.execute("DESCRIBE papers").fetchall()
        with pytest.raises(duckdb.Error, match="read-only"):
            one.execute("DELETE FROM papers")


def test_a_client_of_duckdb_1_5_reads_every_table_and_answers_the_cookbook(sample_warehouse):
    """One environment can't have two DuckDBs, so PAPERSIEVE_OLD_PYTHON names a Python with the old one."""
    python = os.environ.get("PAPERSIEVE_OLD_PYTHON")
    if not python:
        pytest.skip("PAPERSIEVE_OLD_PYTHON names no Python with DuckDB 1.5")
    code = (
        "import duckdb, sys\n"
        "con = duckdb.connect(sys.argv[1], read_only=True)\n"
        "names = [n for (n,) in con.execute('SELECT table_name FROM information_schema.tables').fetchall()]\n"
        "print(duckdb.__version__, sum(con.execute(f'SELECT count(*) FROM {n}').fetchone()[0] > 0 for n in names))\n"
        "for query in sys.argv[2:]:\n"
        "    assert con.execute(query).fetchall(), query\n"
    )
    done = subprocess.run(
        [python, "-c", code, str(sample_warehouse), *QUERIES], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1.5.")
