"""A file that is as it was is not read again, and any change of it is seen."""

import zipfile
from pathlib import Path

import pytest

from papersieve.pipeline.progress import silent
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.made_dumps import json_lines, page
from tests.support.store_places import settle

_READ_BYTES = Path("/proc/self/io")


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "s.duckdb") as opened:
        yield opened


@pytest.fixture
def dumps(tmp_path) -> Path:
    (tmp_path / "dumps").mkdir()
    return tmp_path / "dumps"


def outcomes(store: Store, *paths: Path) -> list[str]:
    return [outcome.outcome for outcome in ingest(store, paths, silent)]


def bytes_read() -> int:
    """Bytes that this process has read from files so far."""
    return int(_READ_BYTES.read_text().partition("rchar: ")[2].split()[0])


def zipped(path: Path, **members: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    settle(path)


@pytest.mark.skipif(not _READ_BYTES.exists(), reason="only Linux tells how much a process has read")
def test_a_file_that_is_as_it_was_is_not_read_again(store, dumps):
    (dumps / "large.jsonl").write_text(json_lines(1, 2) + " " * 3_000_000)
    settle(dumps / "large.jsonl")
    zipped(dumps / "some.zip", a=page(3), b=page(4) + "\n" * 100)
    assert outcomes(store, dumps) == ["added"] * 3
    before = bytes_read()
    assert outcomes(store, dumps) == ["unchanged"] * 3
    assert bytes_read() - before < 1_000_000


def test_a_change_that_keeps_the_size_and_the_time_of_modification_is_seen(store, dumps):
    file = dumps / "a.jsonl"
    for number, outcome in enumerate(("added", "replaced", "replaced"), start=1):
        file.write_text(json_lines(number))
        settle(file)
        assert outcomes(store, dumps) == [outcome]
        assert outcomes(store, dumps) == ["unchanged"]
    assert len({len(json_lines(number)) for number in (1, 2, 3)}) == 1


def test_a_file_with_a_fault_is_read_and_told_each_time_until_it_is_mended(store, dumps):
    file = dumps / "a.txt"
    file.write_text(page(1))
    settle(file)
    assert outcomes(store, dumps) == ["added"]
    file.write_bytes(bytes(range(256)) * 9)
    settle(file)
    assert [outcomes(store, dumps) for _ in range(3)] == [["unreadable"]] * 3
    assert store.query("unreadable_dumps").height == 1
    file.write_text(page(1))
    settle(file)
    assert [outcomes(store, dumps) for _ in range(2)] == [["unchanged"]] * 2
    assert store.query("unreadable_dumps").is_empty()


def test_a_withdrawn_dump_is_passed_over_and_comes_back_if_its_file_is_named(store, dumps):
    zipped(dumps / "some.zip", a=page(3), b=page(4))
    assert outcomes(store, dumps) == ["added", "added"]
    withdraw(store, [f"{dumps / 'some.zip'}!a"])
    assert [sorted(outcomes(store, dumps)) for _ in range(2)] == [["unchanged", "withdrawn"]] * 2
    assert sorted(outcomes(store, dumps / "some.zip")) == ["added", "unchanged"]
    assert outcomes(store, dumps) == ["unchanged", "unchanged"]


def test_a_dump_that_is_withdrawn_without_being_remembered_is_added_again(store, dumps):
    (dumps / "a.txt").write_text(page(1))
    settle(dumps / "a.txt")
    assert outcomes(store, dumps) == ["added"]
    withdraw(store, ["a.txt"], is_remembered=False)
    assert outcomes(store, dumps) == ["added"]


def test_a_file_that_was_modified_just_now_is_noted_by_the_next_run_that_has_something_new(store, dumps):
    (dumps / "a.txt").write_text(page(1))
    assert outcomes(store, dumps) == ["added"]
    settle(dumps / "a.txt")
    assert outcomes(store, dumps) == ["unchanged"]
    assert store.query("files_read").is_empty()
    (dumps / "b.txt").write_text(page(2))
    assert outcomes(store, dumps) == ["unchanged", "added"]
    assert store.query("files_read")["location"].to_list() == [str(dumps / "a.txt")]


def test_of_a_folder_that_was_moved_only_the_present_files_are_noted(store, dumps):
    (dumps / "a.txt").write_text(page(1))
    settle(dumps / "a.txt")
    outcomes(store, dumps)
    moved = dumps.rename(dumps.with_name("moved"))
    dumps.symlink_to(moved)
    (dumps / "b.txt").write_text(page(2))
    assert outcomes(store, dumps) == ["unchanged", "added"]
    assert store.query("files_read")["location"].to_list() == [str(moved / "a.txt")]
