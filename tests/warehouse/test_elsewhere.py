"""Dumps that lie elsewhere, and places with several names, on their way into a warehouse."""

import json
import os
import re
import threading
import warnings
import zipfile
from pathlib import Path

import duckdb
import pytest

from tests.support.called import papersieve
from tests.support.hostile_server import TOLD, hostile_server
from tests.support.made_dumps import json_lines


@pytest.fixture
def server():
    with hostile_server(json_lines(1, 2).encode()) as server:
        yield server


def stored(folder, table: str) -> str:
    with duckdb.connect(folder / "s.duckdb", read_only=True) as con:
        return str(con.sql(f"FROM {table} ORDER BY ALL").fetchall())


def fill_hostile(folder: Path) -> set[str]:
    """A good dump among files that would hang, that are no dumps,
    and that have one name twice; names of those that are refused.
    """
    folder.mkdir()
    (folder / "here.jsonl").write_text(json_lines(3))
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "device.jsonl").symlink_to("/dev/zero")
    (folder / "nowhere.jsonl").symlink_to("nothing")
    (folder / "diary.txt").write_text("Dear s3cr3t diary")
    with zipfile.ZipFile(folder / "twice.zip", "w") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr("m.jsonl", json_lines(4))
        archive.writestr("m.jsonl", json_lines(5, 6))
    return {"pipe.jsonl", "device.jsonl", "nowhere.jsonl", "diary.txt"}


def test_whatever_servers_and_folders_do_wrong_is_told_in_a_line_each_and_the_good_dumps_are_published(
    tmp_path, server
):
    refused = fill_hostile(tmp_path / "folder")
    (tmp_path / "settings.toml").write_text(
        "[reading]\nfetch_seconds = 1.5\nsilence_seconds = 1\nmax_file_bytes = 20971520\n"
    )
    bad = [*TOLD, "bomb"]
    addresses = [server.url(f"{path}?token=s3cr3t", user="ann:s3cr3t@") for path in (*bad, "good", "encoded")]
    done = papersieve("run", *addresses, "folder", "--store", "s.duckdb", "--warehouse", "w.duckdb", "--settings", "settings.toml", "--json", cwd=tmp_path)  # fmt: skip
    result = json.loads(done.stdout)
    assert (done.returncode, result["dumps"], result["records"], result["published"]) == (1, 4, 6, True)
    told = {o["location"]: o for o in result["outcomes"] if o["outcome"] == "unreadable"}
    wanted = {server.url(path, user="ann:***@") for path in bad} | {str(tmp_path / "folder" / name) for name in refused}
    assert set(told) == wanted
    for location in wanted:
        message = told[location]["message"]
        named = location if "://" in location else f"folder/{Path(location).name}"
        lines = message.split(
            "\n"
        )  # of a file that no format fits at most three, of which the last is told once for all
        assert (all(line.isprintable() for line in lines), len(lines) <= 3, message.count(named)) == (
            True,
            True,
            1,
        )
        shown = " ".join(done.stderr.split())
        assert all(" ".join(part.split()) in shown for part in ("\n".join(lines[:-1]), lines[-1]))
    assert "Traceback" not in done.stderr
    for file in (tmp_path / "s.duckdb", tmp_path / "w.duckdb"):
        assert b"s3cr3t" not in file.read_bytes()
    assert "s3cr3t" not in done.stdout + done.stderr


@pytest.mark.long
def test_another_run_on_the_same_store_does_not_wait_for_a_slow_server(tmp_path, server):
    (tmp_path / "here.jsonl").write_text(json_lines(3))
    command = ("run", "--store", tmp_path / "s.duckdb", "--warehouse", tmp_path / "w.duckdb", "--json")
    ends = []
    slow = threading.Thread(target=lambda: ends.append(papersieve(*command, server.url("gate"))))
    slow.start()
    assert server.is_asked.wait(60)
    quick = papersieve(*command, tmp_path / "here.jsonl")
    assert (quick.returncode, json.loads(quick.stdout)["dumps"], ends) == (0, 1, [])
    server.released.set()
    slow.join(60)
    assert (ends[0].returncode, json.loads(ends[0].stdout)["dumps"]) == (0, 2)


@pytest.mark.parametrize("command", ["run", "inspect"])
@pytest.mark.parametrize("address", ["http://[::bad/x", "http://", "http://:99999/", "s3://", "nope://ann:s3cr3t@host/x", "zip://a::http://b"])  # fmt: skip
def test_an_address_that_is_none_is_wrong_usage_told_in_a_line(tmp_path, command, address):
    done = papersieve(command, address, cwd=tmp_path)
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert line.endswith(".")
    assert "s3cr3t" not in done.stderr


def test_a_look_at_an_address_tells_its_name_and_a_dry_run_keeps_nothing(tmp_path, server):
    address = server.url("good.jsonl?sig=s3cr3t")
    looked = papersieve("inspect", address, "--json", cwd=tmp_path)
    [dump] = json.loads(looked.stdout)["dumps"]
    assert (json.loads(looked.stdout)["file"], dump["location"], dump["records"]) == (server.url("good.jsonl"), server.url("good.jsonl"), 2)  # fmt: skip
    planned = papersieve("run", address, "--dry-run", "--json", cwd=tmp_path)
    assert [o["outcome"] for o in json.loads(planned.stdout)["outcomes"]] == ["added"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_an_address_that_is_signed_anew_is_the_next_version_of_its_dump(tmp_path, server):
    command = ("run", "--store", tmp_path / "s.duckdb", "--warehouse", tmp_path / "w.duckdb", "--json")
    papersieve(*command, server.url("good?X-Amz-Date=1&X-Amz-Signature=one"))
    server.body = json_lines(1, 2, 3).encode()
    done = papersieve(*command, server.url("good?X-Amz-Date=2&X-Amz-Signature=two"))
    assert (json.loads(done.stdout)["dumps"], json.loads(done.stdout)["records"]) == (1, 3)


# --- folders that were moved, and a link left where they were


@pytest.fixture
def moved(tmp_path):
    """A store with a file of two folders, the newer version in the
    second, and a file that can't be read; both folders are one by now.
    """
    for folder, lines in (("copy", json_lines(1)), ("link", json_lines(2, 3))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.jsonl").write_text(lines)
    (tmp_path / "link" / "odd.txt").write_text("Dear diary")
    files = [tmp_path / name for name in ("copy/x.jsonl", "link/x.jsonl", "link/odd.txt")]
    papersieve("run", *files, "--store", tmp_path / "s.duckdb", "--warehouse", tmp_path / "w.duckdb")
    (tmp_path / "link").rename(tmp_path / "real")
    (tmp_path / "copy" / "x.jsonl").unlink()
    (tmp_path / "copy").rmdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "copy").symlink_to("link")
    return tmp_path


@pytest.mark.long
@pytest.mark.parametrize("is_met", [True, False])
def test_places_of_moved_folders_are_called_by_their_new_name_and_two_that_became_one_keep_the_newest_version(
    moved, is_met
):
    assert [stored(moved, "dump_locations").count(f"/{folder}/") for folder in ("copy", "link")] == [1, 1]
    paths = [moved / "real" / "x.jsonl"] if is_met else [moved / "real" / "odd.txt"]
    command = ("run", *paths, "--store", moved / "s.duckdb", "--warehouse", moved / "w.duckdb", "--json")
    first, again = papersieve(*command), papersieve(*command)
    assert (json.loads(first.stdout)["dumps"], json.loads(first.stdout)["records"]) == (1, 2)
    assert first.returncode == again.returncode == (0 if is_met else 1)
    assert not json.loads(again.stdout)["published"]
    for table in ("dump_locations", "dump_ledger", "unreadable_dumps"):
        assert not re.search("/(copy|link)/", stored(moved, table))
    assert stored(moved, "unreadable_dumps").count("/real/odd.txt") == 2
    with duckdb.connect(moved / "w.duckdb", read_only=True) as con:
        assert con.sql("SELECT locations FROM dumps").fetchall() == [([str(moved.resolve() / "real" / "x.jsonl")],)]


def test_a_dry_run_sees_places_by_their_names_and_renames_none(moved):
    before = stored(moved, "dump_locations")
    planned = papersieve("run", moved / "link" / "x.jsonl", "--dry-run", "--json", "--store", moved / "s.duckdb")
    assert [o["outcome"] for o in json.loads(planned.stdout)["outcomes"]] == ["unchanged"]
    assert stored(moved, "dump_locations") == before
