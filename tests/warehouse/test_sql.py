"""Statements of the .sql files: each named once, used, known to DuckDB; and what is quoted comes back as it was."""

import re
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.warehouse.sql import ask, attach, execute, quoted_name, quoted_text, read_statements, statement_sql

ROOT = Path(__file__).parents[2]
FILES = [*ROOT.glob("warehouse/*/*.sql"), *ROOT.glob("assets/*.sql")]
NAMES = sorted(read_statements(FILES))
PYTHON = "\n".join(
    file.read_text(encoding="utf-8") for room in ("warehouse", "assets") for file in ROOT.glob(f"{room}/**/*.py")
)

#: How Python asks for a statement: by a method of the store, or of a connection.
ASKED = re.compile(r'(?:\.(?:query|execute|batches)\(|\b(?:_?ask|execute)\(con,|statement_sql\()\s*"([a-z_]+)"')

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@pytest.mark.parametrize("name", NAMES)
def test_duckdb_can_read_a_statement_and_something_asks_for_it(name):
    assert duckdb.extract_statements(statement_sql(name))
    assert f'"{name}"' in PYTHON


def test_every_statement_that_is_asked_for_has_its_section():
    asked = set(ASKED.findall(PYTHON))
    assert len(asked) > 100
    assert asked <= set(NAMES)


def test_a_name_that_no_file_has_and_one_that_two_have_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"nobody: expected a statement that a \.sql file names"):
        statement_sql("nobody")
    one, other = tmp_path / "one.sql", tmp_path / "other.sql"
    one.write_text("-- name: mine\n-- What it answers.\nSELECT 1;\n\n-- name: yours\nSELECT 2;\n")
    assert read_statements([one]) == {"mine": "-- What it answers.\nSELECT 1;", "yours": "SELECT 2;"}
    other.write_text("-- name: yours\nSELECT 3;\n")
    with pytest.raises(ValueError, match=r"other\.sql: there are two statements of the name yours"):
        read_statements([one, other])


def test_frames_are_tables_of_one_statement_and_everything_else_is_a_parameter():
    frame = pl.DataFrame({"document_no": [1, 2, 3], "match_key": "title", "key": [8, 8, 9]})
    with duckdb.connect() as con:
        assert ask(con, "every_bucket", block_keys=frame, part=0, parts=2)["document_no"].to_list() == [1, 2]
        execute(con, "draw_no_bars", lent=frame)
        with pytest.raises(duckdb.CatalogException, match="lent"):
            con.sql("FROM lent")


@given(words, words)
def test_quoted_names_and_texts_come_back_as_they_were(name, text):
    with duckdb.connect() as con:
        found = con.sql(f"SELECT {quoted_text(text)} AS {quoted_name(name)}")
        assert found.columns == [name]
        assert found.fetchall() == [(text,)]


def test_a_file_is_attached_whatever_it_is_called(tmp_path):
    file = tmp_path / 'it\'s; a "file".duckdb'
    with duckdb.connect() as con:
        con.execute(attach(file, 'a"b'))
        con.execute('CREATE TABLE "a""b".made AS SELECT 1 AS a; DETACH "a""b"')
        con.execute(attach(file, "again", "READ_ONLY"))
        assert con.sql("FROM again.made").fetchall() == [(1,)]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("DROP TABLE again.made")
