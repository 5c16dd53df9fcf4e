"""`papersieve query`: what it shows, in which forms, and what SQL can't do through it."""

import csv
import io
import json
import os
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.query import render, run_query, write_parquet
from tests.support.called import papersieve
from tests.support.made_dumps import page
from tests.support.store_places import Place


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("query"))
    place.write("a.txt", page(1, 2, 3))
    place.run()
    place.write("b.txt", page(3, 4))
    place.run()
    return place


def contents(folder: Path) -> dict[str, bytes]:
    return {str(f): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


@pytest.mark.long
def test_it_speaks_four_formats(asked, tmp_path):
    where = ["--warehouse", asked.warehouse]
    sql = "SELECT title, record_count, urls FROM papers ORDER BY title"
    assert "The Paper Number 3 of Many" in papersieve("query", sql, *where).stdout
    rows = list(csv.DictReader(io.StringIO(papersieve("query", sql, "--format", "csv", *where).stdout)))
    assert [r["record_count"] for r in rows] == ["1", "1", "2", "1"]
    assert rows[0]["urls"] == "[]"
    assert json.loads(papersieve("query", "-", "--format", "json", *where, stdin=sql).stdout)[2]["record_count"] == 2
    assert papersieve("query", sql, "--format", "parquet", "--output", tmp_path / "p.parquet", *where).returncode == 0
    assert pl.read_parquet(tmp_path / "p.parquet").height == 4
    assert [p.name for p in tmp_path.iterdir()] == ["p.parquet"]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT * FROM nothing", "refuses the query"),
        ("DROP TABLE papers", "Queries only read."),
        ("", "found no statement"),
        ("/* a remark */", "found no statement"),
        ("SELECT", "refuses the query"),
        ("SELECT ?", "refuses the query"),
        ("\udcff", "refuses the query"),
    ],
)
def test_a_query_that_can_not_be_answered_exits_with_1_and_says_why(asked, sql, says):
    result = papersieve("query", sql, "--warehouse", asked.warehouse)
    assert result.returncode == 1
    assert says in result.stderr
    assert "Traceback" not in result.stderr


HOSTILE = [
    "COPY papers TO '{folder}/new.csv'",
    "COPY papers TO '{warehouse}' (FORMAT csv, USE_TMP_FILE false)",
    "COPY papers TO '{warehouse}.wal' (FORMAT csv, USE_TMP_FILE false)",
    "COPY papers TO '{store}' (FORMAT csv, USE_TMP_FILE false)",
    "COPY papers TO '{store}.wal' (FORMAT csv, USE_TMP_FILE false)",
    "COPY papers TO '{link}' (FORMAT csv, USE_TMP_FILE false)",
    "COPY (PIVOT papers ON record_count USING count(*)) TO '{warehouse}' (FORMAT csv, USE_TMP_FILE false)",
    "COPY papers TO '{folder}' (FORMAT csv, PARTITION_BY (record_count), OVERWRITE)",
    "EXPLAIN ANALYZE COPY papers TO '{warehouse}' (FORMAT csv, USE_TMP_FILE false)",
    "PREPARE p AS COPY papers TO '{warehouse}' (FORMAT csv, USE_TMP_FILE false); EXECUTE p",
    "EXPORT DATABASE '{folder}/all'",
    "ATTACH '{store}' AS s (READ_WRITE); DROP TABLE s.records",
    "ATTACH '{store}' AS s (READ_ONLY)",
    "ATTACH '{warehouse}' AS w (READ_WRITE)",
    "ATTACH '{warehouse}.wal' AS w (READ_WRITE)",
    "ATTACH '{folder}/new.duckdb' AS n",
    "SELECT * FROM read_text('{dump}')",
    "SELECT * FROM read_blob('{store}')",
    "SELECT * FROM glob('{folder}/*')",
    "FROM '{dump}'",
    "INSTALL httpfs",
    "LOAD '{dump}'",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "RESET lock_configuration",
    "SET memory_limit = '1GB'",
    "PRAGMA enable_profiling = 'json'",
    "CALL enable_logging(storage = 'file', storage_config = {{'path': '{folder}/log'}})",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE PERSISTENT SECRET s (TYPE s3)",
    "DROP TABLE papers",
    "FROM statements",
]


def filled(sql: str, place: Place, link: Path) -> str:
    dump = place.dumps / "a.txt"
    return sql.format(folder=place.folder, warehouse=place.warehouse, store=place.store, dump=dump, link=link)


@pytest.mark.parametrize("links", ["with links", "without links"])
@pytest.mark.parametrize("sql", HOSTILE)
def test_no_sql_reads_or_writes_another_file_or_the_warehouse(asked, tmp_path, monkeypatch, sql, links):
    if links == "without links":

        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "link").symlink_to(asked.warehouse)
    before = contents(asked.folder)
    with pytest.raises(PapersieveError, match="refuses the query"):
        run_query(asked.warehouse, filled(sql, asked, tmp_path / "link"), form="table")
    assert contents(asked.folder) == before
    assert os.listdir(tmp_path) == ["link"]


def test_what_is_refused_names_the_remedy(asked):
    result = papersieve("query", f"FROM read_text('{asked.dumps}/a.txt')", "--warehouse", asked.warehouse)
    assert result.returncode == 1
    assert "--allow-files FOLDER" in result.stderr


def test_what_does_not_fit_in_memory_goes_to_the_folder_for_temporary_files(asked, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sql = "SELECT current_setting('temp_directory') AS place"
    (row,) = json.loads(run_query(asked.warehouse, sql, form="json"))
    assert Path(row["place"]).parent == tmp_path
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_files_of_a_folder_can_be_read_and_written_where_that_is_allowed(asked, tmp_path):
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    (mine / "ids.csv").write_text("n\n1\n2\n")
    (other / "ids.csv").write_text("n\n1\n")
    (mine / "leads_out").symlink_to(other)
    allowed = ["--allow-files", mine, "--warehouse", asked.warehouse]
    sql = f"COPY (SELECT n FROM read_csv('{mine}/ids.csv') WHERE n > 1) TO '{mine}/out.csv' (HEADER false)"
    done = papersieve("query", sql, *allowed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (mine / "out.csv").read_text() == "2\n"
    for place in (f"{other}/ids.csv", f"{mine}/../other/ids.csv", f"{mine}/leads_out/ids.csv"):
        assert papersieve("query", f"FROM read_csv('{place}')", *allowed).returncode == 1
    for sql in HOSTILE:
        if not sql.startswith(("INSTALL", "FROM statements")):
            before = contents(asked.folder)
            refused = filled(sql, asked, mine / "leads_out")
            with pytest.raises(PapersieveError):
                run_query(asked.warehouse, refused, form="table", folder=mine)
            assert contents(asked.folder) == before


def test_a_folder_from_which_the_warehouse_can_be_reached_is_refused(asked, tmp_path):
    (tmp_path / "link").symlink_to(asked.folder)
    (tmp_path / "hard").mkdir()
    (tmp_path / "hard" / "h.csv").hardlink_to(asked.warehouse)
    for folder in (asked.folder, asked.folder.parent, tmp_path / "link", tmp_path / "hard", Path("/")):
        result = papersieve("query", "FROM papers", "--allow-files", folder, "--warehouse", asked.warehouse)
        assert result.returncode == 1, folder
        assert "expected a folder without the store and the warehouse" in result.stderr
    (tmp_path / "hard" / "h.csv").unlink()


def test_every_result_of_several_statements_is_shown(asked, tmp_path):
    sql = "CREATE TEMP TABLE t AS SELECT 'one' AS a; FROM t; SET VARIABLE v = 'two'; SELECT getvariable('v') AS b"
    shown = run_query(asked.warehouse, sql, form="table")
    assert shown.index(" one ") < shown.index(" two ")
    assert "Count" not in shown
    for form in ("csv", "json", "parquet"):
        with pytest.raises(PapersieveError, match="expected one statement with a result, found 2"):
            run_query(asked.warehouse, sql, form=form, output=tmp_path / "out")
    assert not list(tmp_path.iterdir())
    assert json.loads(run_query(asked.warehouse, sql.rpartition(";")[0], form="json")) == [{"a": "one"}]


#: SQL of values, including all those that break a conversion to Python, polars or JSON.
VALUES = [
    "INTERVAL '1 year 2 days 3.5 seconds'", "'\\xAA\\x00'::BLOB", "'0101'::BIT", "'infinity'::DATE",
    "'-infinity'::TIMESTAMP",
    "'infinity'::TIMESTAMPTZ", "'inf'::DOUBLE", "'-inf'::FLOAT", "'nan'::FLOAT", "1e-320::DOUBLE", "-0.0::DOUBLE",
    "99999999999999999999999999999999999999::HUGEINT", "18446744073709551615::UBIGINT", "1::UHUGEINT", "-1::TINYINT",
    "'4ac7a9e9-607c-4c8a-84f3-843f0191e3fd'::UUID", "'12:00:00+02'::TIMETZ", "'12:00:00.5'::TIME",
    "'2020-01-01 00:00:00.123456789'::TIMESTAMP_NS", "'a'::ENUM('a', 'b')", "NULL", "'12345-01-01'::DATE",
    "'290000-01-01'::TIMESTAMP", "'0044-01-01 (BC)'::DATE", "1.10::DECIMAL(10, 2)", "'1'::BIGNUM", "true",
    "'{\"a\": [1, null]}'::JSON", "'a\"b,c' || chr(27) || chr(0) || chr(10) || 'NaN Infinity'", "''", "'Infinity'",
    "1::VARIANT",
    "union_value(text := 'x')", "union_value(number := 'inf'::DOUBLE)", "'[]'", "'💥 – 論文'",
]  # fmt: skip

ALONE = st.sampled_from(VALUES)
NESTED = st.recursive(
    ALONE,
    lambda inner: st.one_of(
        inner.map("[{}, NULL]".format),
        inner.map("{{'a \"key\"': {}, 'b': 1}}".format),
        inner.map("MAP {{'k': {}, 'NaN': NULL}}".format),
        st.tuples(inner, inner).map(lambda pair: "row({}, {})".format(*pair)),
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as con:
        yield con


@given(NESTED)
def test_every_type_is_shown_as_duckdb_shows_it_in_all_forms(con, tmp_path_factory, value):
    sql = f'SELECT {value} AS "v", 1 AS v'
    ((text, as_json, kind),) = con.execute(
        f"SELECT v::VARCHAR, to_json(v)::VARCHAR, typeof(v) FROM ({sql}) t(v, w)"
    ).fetchall()
    found = json.loads(render(con.sql(sql), "json"), parse_constant=pytest.fail)
    assert found == [{"v": json.loads(as_json or "null", parse_constant=lambda _: None), "v_1": 1}]
    as_csv = list(csv.reader(io.StringIO(render(con.sql(sql), "csv"), newline="")))
    nests = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "TUPLE", "UNION", "VARIANT"))
    assert as_csv == [["v", "v_1"], [(as_json if nests else text) or "", "1"]]
    out = tmp_path_factory.getbasetemp() / "out.parquet"
    write_parquet(con.sql(sql), out)
    assert con.execute(f"SELECT v::VARCHAR FROM '{out}'").fetchall() == [(text,)]
    shown = render(con.sql(sql), "table")
    assert "int32" in shown
    assert not set(shown) & {"\x1b", "\x00"}


def test_control_characters_are_data_in_a_pipe_and_never_commands_in_a_table(asked):
    sql, where = "SELECT 'a' || chr(27) || '[2Jb' AS v", ["--warehouse", asked.warehouse]
    assert papersieve("query", sql, "--format", "csv", *where).stdout == "v\na\x1b[2Jb\n"
    assert "\x1b" not in papersieve("query", sql, *where).stdout
    as_json = papersieve("query", sql, "--format", "json", *where).stdout
    assert "\x1b" not in as_json
    assert json.loads(as_json) == [{"v": "a\x1b[2Jb"}]


def test_a_warehouse_that_has_the_name_of_a_database_of_duckdb_is_asked_all_the_same(asked, tmp_path):
    for name in ("memory", "temp", "system", "main", "a \"b\" 'c'", "papers"):
        place = tmp_path / f"{name}.duckdb"
        place.hardlink_to(asked.warehouse)
        assert json.loads(run_query(place, "SELECT count(*) AS n FROM papers", form="json")) == [{"n": 4}]
