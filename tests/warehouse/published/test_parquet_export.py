"""The export: the same rows in Parquet, complete versions only, and a manifest that never lists a missing file."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import duckdb
import fsspec
import pandas as pd
import polars as pl
import pytest

from papersieve.pipeline.errors import ArgumentError, BusyError, PapersieveError
from papersieve.pipeline.extract.places.address import place_of
from papersieve.pipeline.settings import Operation, Settings
from papersieve.warehouse.locks import hold
from papersieve.warehouse.published import export_place as module
from papersieve.warehouse.published.parquet_export import export
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.called import papersieve
from tests.support.made_dumps import page, rows
from tests.support.store_places import Place

DOCS = Path(__file__).parents[3] / "docs" / "parquet.md"


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


def test_the_docs_ways_to_read_it_give_every_paper(exported):
    folder, manifest = exported
    height = next(table["rows"] for table in manifest["tables"] if table["name"] == "papers")
    code = {kind: re.findall(rf"```{kind}\n(.*?)```", DOCS.read_text(), re.DOTALL) for kind in ("python", "text")}
    opened, read = (text.replace("/srv/papers", str(folder)) for text in code["python"])
    told = {"polars": pl, "pandas": pd, "duckdb": duckdb}
    exec(opened, told)
    _, by_pandas, by_duckdb = read.splitlines()
    assert len(eval(by_pandas, told)) == height
    assert "paper_id" in eval(by_duckdb, told).columns
    assert eval("duckdb.read_parquet(files['papers'])", told).shape[0] == height
    with duckdb.connect() as con:
        assert con.execute(code["text"][0].replace("/srv/papers", str(folder))).fetchall() == [(height,)]


@pytest.fixture(params=["here", "memory"])
def target(request, tmp_path, monkeypatch):
    """A place to export to, and its filesystem."""
    if request.param == "here":
        return tmp_path / "parquet", fsspec.filesystem("file", auto_mkdir=True), str(tmp_path / "parquet")
    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.store", {})
    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.pseudo_dirs", [""])
    return place_of("memory://bucket/parquet"), fsspec.filesystem("memory"), "/bucket/parquet"


def manifest_of(target):
    _, system, root = target
    return json.loads(system.cat_file(f"{root}/manifest.json"))


def rows_of(target, manifest, table):
    """The rows of a table according to the manifest, after a check that its files are as listed."""
    _, system, root = target
    frames = []
    for file in next(t for t in manifest["tables"] if t["name"] == table)["files"]:
        content = system.cat_file(f"{root}/{file['path']}")
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size_bytes"], file["sha256"])
        frames.append(pl.read_parquet(content))
    return sum(frame.height for frame in frames)


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> list[Path]:
    """Three versions of a warehouse, each with one more paper."""
    place, versions = Place(tmp_path_factory.mktemp("three")), []
    for number in (1, 2, 3):
        place.write(f"{number}.txt", page(number))
        place.run()
        versions.append(shutil.copy(place.warehouse, place.folder / f"{number}.duckdb"))
    return versions


@pytest.mark.long
def test_a_version_is_written_once_and_the_one_before_is_kept_for_its_readers(three, target):
    to, system, root = target
    versions = []
    for warehouse in three:
        manifest = export(warehouse, to)
        assert manifest["exported"]
        assert not export(warehouse, to)["exported"]
        versions.append(manifest_of(target))
        for height, readable in list(enumerate(versions, start=1))[-2:]:
            assert rows_of(target, readable, "papers") == height
        assert {path.rpartition(f"{root.strip('/')}/")[2] for path in system.find(f"{root}/tables")} == {
            file["path"] for version in versions[-2:] for table in version["tables"] for file in table["files"]
        }
    paths = [{f["path"] for t in version["tables"] for f in t["files"]} for version in versions[-2:]]
    assert manifest["written"] == len(paths[1] - paths[0])
    lost = next(table for table in manifest["tables"] if table["name"] == "dumps")["files"][0]["path"]
    system.rm_file(f"{root}/{lost}")
    again = export(three[-1], to)
    assert (again["exported"], again["written"]) == (True, 1), "a file was missing"


@pytest.mark.long
@pytest.mark.parametrize("target", ["here"], indirect=True)
def test_only_years_that_changed_are_written(place, target):
    to, *_ = target
    kept = {}
    for year in (2020, 2021):
        dated = [row | {"date": f"{year}-01-02"} for row in rows(year)]
        place.write(f"{year}.jsonl", "".join(json.dumps(row) + "\n" for row in dated))
        place.run()
        manifest = export(place.warehouse, to)
        papers = next(table["files"] for table in manifest["tables"] if table["name"] == "papers")
        years = {file["path"].split("/")[2]: file for file in papers}
        assert kept.items() <= years.items()
        kept = years
    assert kept.keys() == {"published_year=2020", "published_year=2021"}


@pytest.mark.long
def test_an_export_that_breaks_off_leaves_the_one_before(three, target, monkeypatch):
    to, *_ = target
    part = module._Local if isinstance(to, Path) else module._Elsewhere
    export(three[0], to)
    before = manifest_of(target)

    def break_off(*_):
        raise KeyboardInterrupt

    for step in ("put", "swap_manifest"):
        with monkeypatch.context() as patched:
            patched.setattr(part, step, break_off)
            with pytest.raises(KeyboardInterrupt):
                export(three[1], to)
        assert manifest_of(target) == before
        assert rows_of(target, before, "papers") == 1
    assert export(three[1], to)["exported"]
    assert rows_of(target, manifest_of(target), "papers") == 2


@pytest.mark.long
@pytest.mark.parametrize("target", ["memory"], indirect=True)
def test_every_run_exports_where_settings_say_so_and_the_next_one_makes_up_for_a_failure(place, target):
    to, system, root = target
    wanted = Settings(operation=Operation(export_to=str(to)))
    place.write("1.txt", page(1))
    system.pipe_file(f"{root}/manifest.json", b"another tool's")
    failed = place.run(settings=wanted)
    assert "Export into another folder. The warehouse is published all the same" in failed.export_fault
    assert (failed.published, failed.messages) == (True, [failed.export_fault])
    assert place.ask("SELECT count(*) FROM papers") == [(1,)], "what is published stays so"
    system.rm_file(f"{root}/manifest.json")
    assert place.run(settings=wanted).export_fault is None
    assert rows_of(target, manifest_of(target), "papers") == 1


@pytest.mark.long
def test_a_run_whose_export_fails_tells_what_it_did_first(place, tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "manifest.json").write_text("another tool's")
    (tmp_path / "set.toml").write_text(f'[operation]\nexport_to = "{tmp_path}/theirs"\n')
    place.write("1.txt", page(1))
    places = ("--settings", tmp_path / "set.toml", "--store", place.store, "--warehouse", place.warehouse)
    done = papersieve("run", place.dumps, *places)
    assert done.returncode == 1
    assert f"published: {place.warehouse}" in done.stdout
    assert f"not exported {tmp_path}/theirs/manifest.json: expected the manifest of an export" in done.stderr
    for other in (["rebuild"], ["withdraw", "1.txt"]):
        done = papersieve(*other, *places)
        assert (done.returncode, bool(done.stdout), "not exported" in done.stderr) == (1, True, True)


def test_what_killed_exports_and_old_releases_left_is_removed_and_what_others_wrote_stays(three, tmp_path):
    older, old = (f"version-00000000{number}-0123abcd" for number in (1, 2))
    theirs = {"mine.parquet", "thesis.writing/one.md", "tables/results.csv", "tables/papers/0.parquet"}
    theirs |= {"version-2/data_0.parquet", f"{old}/papers/mine.parquet"}
    left = {".papersieve-killed.writing/data.parquet", "manifest.json.1.writing", f"tables/papers/{'0' * 32}.parquet"}
    left |= {f"{version}/papers/published_year=2020/data_0.parquet" for version in (older, old)}
    folder = tmp_path / "exported"
    for name in theirs | left:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    removed = []
    for warehouse in three[:2]:
        removed.append(export(warehouse, folder)["removed"])
    assert {name for name in theirs | left if (folder / name).exists()} == theirs
    assert (removed, (folder / older).exists()) == ([0, 3], False), "what another export may be writing stays for one"


def test_the_version_that_an_old_release_exported_stays_for_its_readers(three, tmp_path):
    """The manifest of the earlier release lists one folder per version."""
    path = "version-000000001-0123abcd/dumps/data_0.parquet"
    file = {"path": path, "rows": 0, "size_bytes": 4, "sha256": ""}
    said = {"schema_version": 1, "revision_id": "a", "fingerprint": "b", "folder": path.split("/")[0], "before": None}
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_bytes(b"PAR1")
    (tmp_path / "manifest.json").write_text(json.dumps(said | {"tables": [{"name": "dumps", "files": [file]}]}))
    for warehouse, is_there in zip(three, (True, False), strict=False):
        export(warehouse, tmp_path)
        assert (tmp_path / path).exists() == is_there


@pytest.mark.long
@pytest.mark.parametrize("target", ["memory"], indirect=True)
def test_of_two_exports_at_once_none_takes_away_what_the_other_names(three, target, monkeypatch):
    """The slower one has written all its files when the other one starts and ends."""
    (to, *_), (slow, fast, _) = target, three
    swap = module._Elsewhere.swap_manifest

    def overtaken(self, text):
        with monkeypatch.context() as patched:
            patched.setattr(module._Elsewhere, "swap_manifest", swap)
            assert export(fast, to)["exported"]
        swap(self, text)

    with monkeypatch.context() as patched:
        patched.setattr(module._Elsewhere, "swap_manifest", overtaken)
        export(slow, to)
    assert rows_of(target, manifest_of(target), "papers") == 1
    export(fast, to)
    assert rows_of(target, manifest_of(target), "papers") == 2


@pytest.mark.long
def test_a_file_that_was_cut_is_written_again(three, target):
    to, system, root = target
    export(three[0], to)
    for table in ("papers", "dumps"):
        cut = next(t for t in manifest_of(target)["tables"] if t["name"] == table)["files"][0]["path"]
        system.pipe_file(f"{root}/{cut}", b"PAR1")
        assert export(three[0], to)["written"] == 1
        rows_of(target, manifest_of(target), table)


@pytest.mark.long
def test_a_table_by_year_without_a_row_has_its_columns(place, tmp_path):
    place.write("1.txt", page(1))
    place.run()
    with Store(place.store) as store:
        withdraw(store, ["1.txt"])
    place.run()
    manifest = export(place.warehouse, tmp_path / "exported")
    papers = pl.read_parquet(files(tmp_path / "exported", manifest, "papers"), hive_partitioning=True)
    said = next(table["columns"] for table in manifest["tables"] if table["name"] == "papers")
    assert (papers.height, set(papers.columns)) == (0, {column["name"] for column in said} | {"published_year"})


def test_an_address_that_stands_for_several_places_is_refused(sample_warehouse):
    for address in ("memory://out*x/a", "memory://out[1]/a"):
        with pytest.raises(ArgumentError, match="stand for several places"):
            export(sample_warehouse, place_of(address))


def test_a_place_that_cannot_be_written_to_is_told(sample_warehouse):
    class Full(type(fsspec.filesystem("memory"))):
        protocol = "full"

        def put_file(self, *_, **__):
            raise OSError("quota exceeded")

    fsspec.register_implementation("full", Full, clobber=True)
    with pytest.raises(PapersieveError, match=r"full://bucket/x: the export failed \(OSError: quota exceeded\)"):
        export(sample_warehouse, place_of("full://bucket/x"))
    with pytest.raises(ArgumentError, match="such as s3://"):
        export(sample_warehouse, place_of("https://example.org/papers"))


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


def test_a_folder_of_other_files_is_refused_and_one_of_a_broken_export_is_not(sample_warehouse, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "manifest.json.lock").write_text("1")
    assert export(sample_warehouse, tmp_path)["exported"]
    dumps = tmp_path / "dumps"
    dumps.mkdir()
    (dumps / "a.ris").write_text("TY  - JOUR")
    with pytest.raises(ArgumentError, match=r"found a\.ris\. Name a new folder"):
        export(sample_warehouse, dumps)
    assert [file.name for file in dumps.iterdir()] == ["a.ris"]
