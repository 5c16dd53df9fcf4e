"""What is found below a folder, and what there is not a file."""

import os
import socket
import stat
from pathlib import Path

import pytest

from papersieve.pipeline.extract.dump_files import find_dumps
from papersieve.pipeline.extract.places.folders import files_below
from papersieve.pipeline.extract.raw_dump import BrokenDump
from papersieve.pipeline.reading_settings import Reading
from papersieve.warehouse.store.files_at_places import find_files
from tests.support.damaged_dumps import FIXTURES

TEXT = (FIXTURES / "ris.ris").read_bytes()

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes and devices are no files there")


def below(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in files_below(folder)]


def test_what_papersieve_writes_into_a_folder_of_dumps_is_no_dump(tmp_path):
    written = ("a.duckdb", "a.duckdb.lock", "a.duckdb.wal", "a.duckdb.versions/1.duckdb", "a.report.html")
    for name in (*written, "duckdb.ris", "a.duckdb_notes.ris", "report.html"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).touch()
    assert below(tmp_path) == ["data/a.duckdb_notes.ris", "data/duckdb.ris", "data/report.html"]


def fault(path: Path) -> str:
    [found] = find_dumps(path, Reading())
    assert isinstance(found, BrokenDump)
    return f"{found.error.reason_code}: {found.error}"


def test_links_are_followed_and_each_folder_is_listed_once(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside / "b", inside / "c", outside / "deep", inside / "_not"):
        folder.mkdir(parents=True)
        (folder / "file.txt").touch()
    (inside / "a_circle").symlink_to(inside)
    (inside / "c" / "up").symlink_to("..")
    (inside / "a_link").symlink_to(outside)
    (inside / "a_twin").symlink_to(outside / "deep")
    (inside / "b" / "linked.txt").symlink_to(outside / "deep" / "file.txt")
    assert below(inside) == ["a_link/deep/file.txt", "b/file.txt", "b/linked.txt", "c/file.txt"]


def test_a_folder_that_can_not_be_listed_is_told(tmp_path, monkeypatch):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.txt").touch()
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def shut(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    # Patched because tests may run as root, for whom no folder is shut.
    monkeypatch.setattr(os, "scandir", shut)
    assert below(tmp_path) == ["open/a.txt", "shut"]
    assert (
        fault(tmp_path / "shut")
        == f"unreadable: {tmp_path}/shut: can't be read: Permission denied. Check its permissions."
    )


def test_what_is_no_file_is_refused_without_being_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "silent").symlink_to("/dev/tty")
    (tmp_path / "lost").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        told = {path.name: fault(path) for path in find_files([tmp_path])}
    assert {
        name: said.rpartition(" found ")[2].partition(". ")[0].partition(": ")[0] for name, said in told.items()
    } == {
        "endless": "a device",
        "lost": "missing",
        "pipe": "a pipe",
        "silent": "a device",
        "socket": "a socket",
    }


def test_a_pipe_that_takes_the_place_of_a_file_is_waited_for_by_nobody(tmp_path, monkeypatch):
    path, plain = tmp_path / "file", tmp_path / "plain"
    plain.write_bytes(TEXT)
    os.mkfifo(path)
    look = Path.stat
    # `stat` still shows the file that was there.
    monkeypatch.setattr(Path, "stat", lambda self, **more: look(plain if self == path else self, **more))
    assert stat.S_ISREG(path.stat().st_mode)
    assert "found a pipe" in fault(path)


@pytest.mark.parametrize("name", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "-"])
def test_standard_input_is_refused_with_the_remedy(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "found standard input" in fault(Path(name).absolute())
    assert "Save it to a file" in fault(Path(name).absolute())
    Path("-").write_bytes(TEXT)
    assert not isinstance(next(find_dumps(Path("-"), Reading())), BrokenDump)
