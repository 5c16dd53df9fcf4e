"""`import papersieve`: light, complete, and its examples do what they say."""

import doctest
import importlib
import inspect
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import papersieve
from papersieve.warehouse.published import reader

ROOT = Path(__file__).parents[1]

FUNCTIONS = sorted(name for name in papersieve.__all__ if inspect.isfunction(getattr(papersieve, name)))

RIS = "TY  - JOUR\nTI  - Lamps That Learn to Count Sheep in the Dark\nAU  - Ada, Ann\nPY  - 2024\nDO  - 10.1000/sheep\nER  -\n"
BIB = "@article{a,\n title={Lamps that learn how to count sheep in the dark},\n author={Ada, Ann},\n year=2024,\n doi={10.1000/sheep}\n}\n"

TEXTS = [
    "We ask how lamps learn to count sheep in the dark and find that seven of nine can be taught by example",
    "Kettles boil at a temperature that depends on how long they are watched as we measure for forty of them",
    "We ask how lamps learn to count sheep in the dark, and find that seven of nine can be taught by example!",
    None,
]


@pytest.fixture
def folder(sample_folder, sample_warehouse, tmp_path, monkeypatch) -> Path:
    """Return the current folder of the examples: `dumps`, papers.duckdb where one was published, two exports."""
    monkeypatch.chdir(tmp_path)
    Path("export.ris").write_text(RIS, encoding="utf-8")
    Path("list.bib").write_text(BIB, encoding="utf-8")
    return tmp_path


@pytest.mark.long
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_of_each_function_gives_what_it_shows(name, folder, sample_warehouse):
    if name != "run":
        Path("papers.duckdb").write_bytes(sample_warehouse.read_bytes())
    example = doctest.DocTestParser().get_doctest(getattr(papersieve, name).__doc__, {}, name, None, None)
    assert example.examples
    told: list[str] = []
    done = doctest.DocTestRunner().run(example, out=told.append)
    assert done.failed == 0, "".join(told)


def test_every_public_name_is_there_and_completion_offers_it():
    assert all(hasattr(papersieve, name) for name in papersieve.__all__)
    assert set(papersieve.__all__) <= set(dir(papersieve))
    assert set(FUNCTIONS) == {"deduplicate", "lookup", "match", "open_warehouse", "run"}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = papersieve.nothing


def test_every_public_error_is_a_papersieve_error():
    errors = [getattr(papersieve, name) for name in papersieve.__all__ if name.endswith("Error")]
    assert len(errors) >= 7
    assert all(issubclass(error, papersieve.PapersieveError) for error in errors)


def test_the_import_alone_loads_no_package_of_others():
    code = "import sys; before = set(sys.modules); import papersieve; print(*{m.split('.')[0] for m in set(sys.modules) - before})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) - sys.stdlib_module_names == {"papersieve"}


FRAME = pl.DataFrame({"number": range(4), "text": TEXTS})


@pytest.mark.parametrize(
    ("texts", "column"),
    [
        (FRAME["text"], None),
        (FRAME, "text"),
        (FRAME.lazy(), "text"),
        (FRAME.select("text"), None),
        (FRAME.cast({"text": pl.Categorical}), "text"),
        (pd.Series(TEXTS, index=[9, 9, 1, 0]), None),
        (pd.DataFrame({"number": range(4), "text": TEXTS}), "text"),
        (pa.table({"number": range(4), "text": TEXTS}), "text"),
        (pa.chunked_array([TEXTS[:1], TEXTS[1:]]), None),
        (pa.RecordBatch.from_pydict({"text": pa.array(TEXTS).dictionary_encode()}), None),
        (TEXTS, None),
    ],
    ids=lambda given: f"{type(given).__module__.split('.')[0]} {type(given).__name__}",
)
def test_texts_are_taken_from_whatever_holds_them(texts, column):
    clusters, pairs = papersieve.deduplicate(texts, column)
    assert clusters["cluster_no"].to_list() == [0, 1, 0, 3]
    assert pairs.select("left_no", "right_no", "judgement").rows() == [(0, 2, "match")]


@pytest.mark.parametrize(
    ("texts", "column", "message"),
    [
        (FRAME, None, "column: expected one of number, text, found none"),
        (FRAME, "abstract", "column: expected one of number, text, found 'abstract'"),
        (FRAME, "number", "texts: expected a column of texts, found DataFrame of Int64"),
        (["one", 2], None, "texts: expected a column of texts, found list"),
        ("one text", None, "texts: expected a column of texts, found str"),
        (None, None, "texts: expected a column of texts, found NoneType"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_holds_no_texts_is_refused(texts, column, message):
    with pytest.raises(papersieve.ArgumentError, match=message):
        papersieve.deduplicate(texts, column)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: papersieve.match(FRAME), r"found DataFrame\. Of a table .*deduplicate"),
        (lambda: papersieve.match(pd.DataFrame({"text": TEXTS})), "found DataFrame"),
        (lambda: papersieve.match(None), "expected a path, or several, found NoneType"),
        (lambda: papersieve.run(3), "expected a path, or several, found int"),
        (lambda: papersieve.run("dumps", settings={"unit": "work"}), r"expected papersieve\.Settings, found dict"),
        (lambda: papersieve.deduplicate(TEXTS, settings={}), r"expected papersieve\.Settings, found dict"),
        (lambda: papersieve.run(""), "found an empty text"),
        (lambda: papersieve.match([""]), "found an empty text"),
        (lambda: papersieve.run("dumps", warehouse=""), "found an empty text"),
        (lambda: papersieve.deduplicate(pl.DataFrame()), "found a table without columns"),
        (
            lambda: papersieve.deduplicate(pa.Table.from_arrays([pa.array(TEXTS)] * 2, names=["a", "a"]), "a"),
            "expected one column of the name 'a', found 2",
        ),
        (lambda: papersieve.lookup("papers.duckdb", None), "abstract: expected a str, found NoneType"),
    ],
    ids=range(12),
)
def test_an_argument_of_another_kind_is_told(call, message):
    with pytest.raises(papersieve.ArgumentError, match=message):
        call()


@pytest.mark.parametrize("may_link", [True, False])
def test_a_connection_serves_several_threads(sample_warehouse, monkeypatch, may_link):
    if not may_link:  # as in a folder that is read-only: the file is opened under its own name
        monkeypatch.setattr(reader, "_give_other_name", lambda _: None)
        monkeypatch.setattr(os, "access", lambda *_: False)
    with papersieve.open_warehouse(sample_warehouse) as con:
        ((abstract,),) = con.sql("SELECT abstract FROM papers WHERE abstract IS NOT NULL ORDER BY 1 LIMIT 1").fetchall()
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: papersieve.lookup(con, abstract)["is_here"], range(16)))
        assert answers == [True] * 16
        with con.cursor() as own:
            assert papersieve.lookup(own, abstract)["is_here"]
            if may_link:
                assert own.sql("SELECT count(*) > 0 FROM papers").fetchall() == [(True,)]


def test_what_is_no_open_connection_to_a_warehouse_is_told(sample_warehouse):
    closed = papersieve.open_warehouse(sample_warehouse)
    closed.close()
    with duckdb.connect() as other:
        for given, found in ((None, "NoneType"), (closed, "a closed one"), (other, "a connection to another database")):
            with pytest.raises(papersieve.ArgumentError, match=f"from `papersieve.open_warehouse`.*found {found}"):
                papersieve.lookup(given, "an abstract")
    with pytest.raises(papersieve.ArgumentError, match="limit: expected an int, found NoneType"):
        papersieve.lookup(sample_warehouse, "an abstract", limit=None)


def test_a_settings_file_counts(folder):
    Path("settings.toml").write_text("shingle_words = 0", encoding="utf-8-sig")  # as Windows writes it
    with pytest.raises(papersieve.SettingsError, match="shingle_words"):
        papersieve.match("export.ris", settings="settings.toml")


def test_one_file_is_no_store_and_warehouse_at_once(folder):
    with pytest.raises(papersieve.ArgumentError, match="the same file"):
        papersieve.run("dumps", store="one.duckdb", warehouse="one.duckdb")


def test_what_is_missing_is_told(folder):
    with pytest.raises(papersieve.PapersieveError, match="no warehouse is published there"):
        papersieve.lookup("nothing.duckdb", "an abstract")
    with pytest.raises(papersieve.PapersieveError, match=r"nothing\.ris"):
        papersieve.match("nothing.ris")


EXAMPLES = [
    ".".join(("papersieve", *path.relative_to(ROOT).with_suffix("").parts))
    for room in ("checks", "pipeline", "warehouse", "assets")
    for path in sorted(ROOT.glob(f"{room}/**/*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", EXAMPLES)
def test_the_examples_of_a_module_give_what_they_show(module):
    done = doctest.testmod(importlib.import_module(module))
    assert done.attempted
    assert done.failed == 0
