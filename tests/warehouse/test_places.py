"""Which files belong together where only one of store and warehouse is named."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.warehouse.cli.demo import SAMPLE_PLACES
from papersieve.warehouse.places import DEFAULT_STORE, DEFAULT_WAREHOUSE, resolve_places
from tests.support.called import papersieve
from tests.support.made_dumps import page

NAMES = st.sampled_from([DEFAULT_STORE.name, DEFAULT_WAREHOUSE.name, "papers.duckdb", "a.b.duckdb"])


@given(NAMES)
def test_the_other_file_is_beside_the_named_one_and_is_another_file(name):
    here = Path("/nowhere/project")
    for store, warehouse in (resolve_places(here / name, None), resolve_places(None, here / name)):
        assert {store.parent, warehouse.parent} == {here}
        assert store != warehouse


def test_default_names_belong_together_in_every_folder(tmp_path):
    store, warehouse = tmp_path / DEFAULT_STORE.name, tmp_path / DEFAULT_WAREHOUSE.name
    assert resolve_places(store, None) == resolve_places(None, warehouse) == (store, warehouse)


def test_commands_that_name_the_warehouse_of_the_demo_alone_find_its_store():
    assert resolve_places(None, SAMPLE_PLACES[1]) == resolve_places(*SAMPLE_PLACES)


def test_a_file_that_an_earlier_version_put_beside_a_default_name_is_kept(tmp_path):
    store, warehouse = tmp_path / DEFAULT_STORE.name, tmp_path / "store.warehouse.duckdb"
    warehouse.touch()
    assert resolve_places(store, None) == (store, warehouse)


def test_a_warehouse_that_an_earlier_version_gave_a_store_is_no_other_stores(tmp_path):
    store, warehouse = tmp_path / DEFAULT_STORE.name, tmp_path / DEFAULT_WAREHOUSE.name
    for its_store in (warehouse, warehouse.with_name(f"{warehouse.stem}.store.duckdb")):
        its_store.touch()
    assert resolve_places(None, warehouse) == (its_store, warehouse)
    assert resolve_places(store, None) == (store, tmp_path / "store.warehouse.duckdb")


@pytest.mark.parametrize("name", [":memory:", "s3:x", "a'b;c?"])
def test_a_store_and_a_warehouse_of_any_name_are_files(tmp_path, name):
    (tmp_path / "a.txt").write_text(page(1), encoding="utf-8")
    places = ("--store", name, "--warehouse", f"{name}w")
    assert papersieve("run", "a.txt", *places, cwd=tmp_path).returncode == 0
    assert "unchanged" in papersieve("run", "a.txt", *places, cwd=tmp_path).stdout
    assert {name, f"{name}w"} <= set(os.listdir(tmp_path))


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have names in Unicode")
def test_names_that_are_not_text_are_told(tmp_path):
    folder = tmp_path / os.fsdecode(b"odd\xff")
    folder.mkdir()
    (tmp_path / "a.txt").write_text(page(1), encoding="utf-8")
    (folder / "b.txt").write_text(page(2), encoding="utf-8")
    assert papersieve("run", "a.txt", folder, cwd=tmp_path).returncode == 0
    at = ("--warehouse", tmp_path / "data" / "papersieve.duckdb")
    for words, code in (
        (("run", tmp_path / "a.txt"), 2),
        (("status",), 2),
        (("run", "none", *at), 1),
        (("export", "--out", "papers.csv", *at), 1),
        (("match", "b.txt", "--out", "found.csv"), 2),
    ):
        said = papersieve(*words, cwd=folder)
        assert (said.returncode, "Traceback" in said.stderr) == (code, False), said.stderr
    assert papersieve("backup", folder / os.fsdecode(b"\xff.duckdb"), *at).returncode == 0
    assert papersieve("restore", folder / os.fsdecode(b"\xff.duckdb"), *at).returncode == 0
