"""The export: the same rows in Parquet, whole versions only, and a manifest that never names what is not there."""

import hashlib
import json

import duckdb
import polars as pl
import pytest

from papersieve.pipeline.errors import BusyError, PapersieveError
from papersieve.warehouse.answers import export as module
from papersieve.warehouse.answers.export import export
from papersieve.warehouse.locks import hold
from tests.support.forked import papersieve
from tests.support.made_dumps import page


def files(folder, manifest, table):
    (found,) = [t for t in manifest["tables"] if t["name"] == table]
    return [folder / file["path"] for file in found["files"]]


@pytest.fixture(scope="module")
def exported(sample_warehouse, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet")
    done = papersieve("export", folder, "--warehouse", sample_warehouse, "--json")
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_every_table_and_view_is_exported_row_by_row(exported, sample_warehouse):
    folder, manifest = exported
    with duckdb.connect(sample_warehouse, read_only=True) as con:
        names = {n for (n,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        assert {table["name"] for table in manifest["tables"]} == names
        for table in manifest["tables"]:
            expected = con.sql(f'FROM "{table["name"]}"').pl().select(pl.exclude("document_uuid", "paper_uuid"))
            assert table["rows"] == expected.height
            assert {c["name"] for c in table["columns"]} == set(expected.columns)
            if table["files"]:
                found = pl.concat(
                    pl.read_parquet(p, hive_partitioning=False) for p in files(folder, manifest, table["name"])
                )
                assert sorted(map(repr, found.select(expected.columns).iter_rows())) == sorted(
                    map(repr, expected.iter_rows())
                )


def test_papers_lie_by_the_year_of_publication_and_polars_reads_the_years(exported):
    folder, manifest = exported
    papers = pl.scan_parquet(files(folder, manifest, "papers"), hive_partitioning=True).collect()
    assert papers["published_year"].null_count() == papers["published_date"].null_count()
    known = papers.drop_nulls("published_date")
    assert (known["published_year"] == known["published_date"].dt.year()).all()


def test_the_manifest_tells_every_file_as_it_is(exported):
    folder, manifest = exported
    assert json.loads((folder / "manifest.json").read_text())["tables"] == manifest["tables"]
    named = [file for table in manifest["tables"] for file in table["files"]]
    for file in named:
        content = (folder / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size_bytes"], file["sha256"])
    assert {folder / file["path"] for file in named} == set(folder.rglob("*.parquet"))


def test_a_version_is_written_once_and_the_one_before_is_kept_for_its_readers(place, tmp_path):
    folder = tmp_path / "parquet"
    versions = []
    for number in (1, 2, 3):
        place.write(f"{number}.txt", page(number))
        place.run()
        manifest = export(place.warehouse, folder)
        assert manifest["exported"]
        assert not export(place.warehouse, folder)["exported"]
        versions.append(manifest["folder"])
        assert pl.read_parquet(files(folder, manifest, "papers"), hive_partitioning=True).height == number
    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "manifest.json.lock", *versions[1:]]
    files(folder, manifest, "dumps")[0].unlink()
    assert export(place.warehouse, folder)["exported"], "a file was missing"


def test_an_export_that_breaks_off_leaves_the_one_before(place, tmp_path, monkeypatch):
    folder = tmp_path / "parquet"
    place.write("1.txt", page(1))
    place.run()
    before = export(place.warehouse, folder)
    place.write("2.txt", page(2))
    place.run()

    def break_off(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "_swap", break_off)
        with pytest.raises(KeyboardInterrupt):
            export(place.warehouse, folder)
    told = json.loads((folder / "manifest.json").read_text())
    assert told["folder"] == before["folder"]
    assert all(path.exists() for path in files(folder, told, "papers"))
    (folder / f"version-000000009-abc.{2**22 + 1}.writing").mkdir()  # of a process that is no more
    assert export(place.warehouse, folder)["exported"]
    assert not list(folder.glob("*.writing"))


def test_another_tools_manifest_is_not_replaced(sample_warehouse, tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "an app"}')
    with pytest.raises(PapersieveError, match="Export into another folder"):
        export(sample_warehouse, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["manifest.json"]


def test_two_exports_into_one_folder_take_turns(exported, sample_warehouse):
    folder, _ = exported
    with (
        hold(folder / "manifest.json", "export"),
        pytest.raises(BusyError, match="the export is in use by another part"),
    ):
        export(sample_warehouse, folder, wait_seconds=0)
    assert not export(sample_warehouse, folder, wait_seconds=0)["exported"]
