"""Dumps that are elsewhere: copied within limits, faults reported in our words, copies removed after reading."""

import errno
import gzip
import os
import socket
import ssl
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import fsspec
import pytest
from urllib3.util import parse_url

from papersieve.pipeline.errors import DumpError, PapersieveError
from papersieve.pipeline.extract.dump_files import find_dumps
from papersieve.pipeline.extract.places.address import Fetched, place_of
from papersieve.pipeline.extract.places.fetch import fetched
from papersieve.pipeline.extract.places.transfer import in_our_words
from papersieve.pipeline.extract.places.web import redirected
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.reading_settings import Reading
from tests.support.archives import in_tar, in_zip
from tests.support.damaged_dumps import FIXTURES
from tests.support.hostile_server import TOLD, hostile_server

TEXT = (FIXTURES / "ris.ris").read_bytes()
QUICK = Reading(fetch_seconds=0.6, silence_seconds=0.3, max_file_bytes=20 << 20)
#: For servers that are not slow: its limits leave room for a busy machine.
USUAL = Reading(max_file_bytes=20 << 20)
#: For slow servers next to others.
MIXED = Reading(fetch_seconds=1.5, silence_seconds=1, max_file_bytes=20 << 20)
SLOW = ("slow_head", "drip", "silent")


@pytest.fixture
def server():
    with hostile_server(TEXT) as server:
        yield server


@pytest.fixture
def memory(monkeypatch):
    """A file system other than this machine's: fsspec's in memory."""
    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.store", {})
    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.pseudo_dirs", [""])
    return fsspec.filesystem("memory")


def told(*addresses: str, reading: Reading = USUAL) -> list[tuple[str, str, str | None]]:
    """(location, name, reason) of each file."""
    with fetched([place_of(address) for address in addresses], reading) as files:
        return [(f.location, f.name, f.file.reason_code if isinstance(f.file, DumpError) else None) for f in files]


# --- files that arrive


@pytest.mark.parametrize("packed", [TEXT, gzip.compress(TEXT), in_zip({"a.ris": TEXT}), in_tar({"a.ris": TEXT})])
def test_a_dump_that_lies_elsewhere_is_the_dump_that_lies_here(tmp_path, memory, packed):
    memory.pipe("/elsewhere/file", packed)
    (tmp_path / "file").write_bytes(packed)
    with fetched([place_of("memory://elsewhere/file")], USUAL) as [file]:
        (there,), (here,) = find_dumps(file, USUAL), find_dumps(tmp_path / "file", USUAL)
        assert (there.dump_id, there.size_bytes, there.head) == (here.dump_id, here.size_bytes, here.head)
        assert there.location.partition("!")[0] == "memory://elsewhere/file"
        for dump in find_dumps(file, USUAL):
            for _ in range(2):
                with dump.open() as stream:
                    assert stream.read() == TEXT
            assert extract_dump(dump).records.height > 0


@pytest.mark.parametrize("path", ["good", "encoded", "no_length", "moved", "good/feed.xml?page=2"])
def test_a_file_of_a_web_server_comes_as_it_is_whether_it_is_packed_or_has_moved(server, path):
    with fetched([place_of(server.url(path))], USUAL) as [file]:
        [dump] = find_dumps(file, USUAL)
        with dump.open() as stream:
            assert stream.read() == TEXT
        assert dump.location == server.url(path)


def test_a_folder_stands_for_its_files_in_their_order_and_places_here_stay_where_they_are(memory):
    memory.pipe({f"/f/{name}": TEXT for name in ("b.ris", "a/2.ris", "a/1.ris", ".hidden", "_skip/x", "a/.x")})
    memory.pipe("/g/one", TEXT)
    memory.mkdir("/empty")
    here, root = Path("somewhere"), "memory://"
    with fetched([place_of("memory://g/one"), here, place_of("memory://f/"), place_of("memory://empty"), place_of("memory://f/b.ris")], USUAL) as files:  # fmt: skip
        assert files[1] == here
        elsewhere = [(f.location.removeprefix(root), f.folder) for f in files if isinstance(f, Fetched)]
        assert files[5].file.reason_code == "not_a_file"
    assert elsewhere == [("g/one", None), ("f/a/1.ris", "memory://f"), ("f/a/2.ris", "memory://f"), ("f/b.ris", "memory://f"), ("empty", None), ("f/b.ris", None)]  # fmt: skip


def test_a_password_is_told_to_the_server_that_is_named_and_is_in_no_location(server):
    [(location, name, reason)] = told(server.url("moved/x?token=s3cr3t", user="ann:s3cr3t@"))
    assert (location, name, reason) == (server.url("moved/x", user="ann:***@"), "x", None)
    assert server.asked == ["/moved/x?token=s3cr3t", "/good"]
    assert all("Authorization: Basic YW5uOnMzY3IzdA==" in head for head in server.heads)


def test_a_password_is_not_told_to_a_server_that_one_is_redirected_to(server, monkeypatch):
    with hostile_server(TEXT) as other:
        answers = {
            "away": lambda to: to.send(b"HTTP/1.1 302 Found\r\nLocation: " + other.url("good").encode() + b"\r\n\r\n")
        }
        monkeypatch.setattr("tests.support.hostile_server.ANSWERS", answers)
        assert told(server.url("away", user="ann:s3cr3t@"))[0][2] is None
        assert "Authorization" in server.heads[0]
        assert "Authorization" not in other.heads[0]


# --- files that do not arrive


@pytest.mark.parametrize("path", TOLD)
def test_each_thing_that_a_server_does_wrong_is_told_in_a_line_of_its_own(server, path):
    reason, says = TOLD[path]
    with fetched([place_of(server.url(path))], QUICK if path in SLOW else USUAL) as [file]:
        assert (file.file.reason_code, says in str(file.file), str(file.file).isprintable()) == (reason, True, True)
        [broken] = find_dumps(file, USUAL)
        assert broken.error is file.file


def test_a_bomb_in_transit_is_refused_as_one_in_a_file(server):
    with fetched([place_of(server.url("bomb"))], USUAL) as [file]:
        [broken] = find_dumps(file, USUAL)
        assert broken.error.reason_code == "expands_too_much"


def test_a_slow_server_keeps_no_other_waiting_and_the_order_stays(server):
    paths = ["drip", "good/1", "silent", "404", "good/2"]
    began = time.monotonic()
    reasons = [reason for _, _, reason in told(*map(server.url, paths), reading=MIXED)]
    assert reasons == ["unreachable", None, "unreachable", "missing", None]
    assert time.monotonic() - began < 2 * MIXED.fetch_seconds
    assert server.asked.index("/good/2") < len(paths)


class Stuck(fsspec.AbstractFileSystem):
    """A file system that hangs when it lists a folder or opens a file."""

    protocol = "stuck"
    released = threading.Event()

    def isdir(self, path):
        return "folder" in path and self.released.wait(30)

    def _open(self, path, **_):
        self.released.wait(30)


def test_any_file_system_that_does_not_answer_is_given_up():
    fsspec.register_implementation("stuck", Stuck, clobber=True)
    try:
        assert [reason for _, _, reason in told("stuck://folder", "stuck://file", reading=QUICK)] == [
            "unreachable",
            "unreachable",
        ]
    finally:
        Stuck.released.set()


class Short(fsspec.AbstractFileSystem):
    protocol = "short"

    def _open(self, path, **_):
        stream = tempfile.TemporaryFile()  # noqa: SIM115
        stream.write(TEXT)
        stream.seek(0)
        stream.size = len(TEXT) + 1
        return stream


class Failing(fsspec.AbstractFileSystem):
    protocol = "failing"

    def _open(self, path, **_):
        raise RuntimeError("wrong\nsignature in https://h/x?sig=s3cr3t and password s3cr3t")


@pytest.mark.parametrize(
    ("address", "reason", "says"),
    [
        ("memory://nowhere/file", "missing", "memory://nowhere/file: no such file. Check the address"),
        ("failing://ann:s3cr3t@bucket/file", "unreachable", "RuntimeError: wrong signature in https://h/x?sig=*** and password ***. Check"),
        ("http://127.0.0.1:9/x", "unreachable", "nothing answers at this address and port"),
        ("ftp://127.0.0.1:9/x", "unreachable", "ftp://127.0.0.1:9/x: nothing answers at this address and port"),
        pytest.param("s3://bucket/file", "unreachable", "Install it: pip install 'papersieve[s3]'", marks=pytest.mark.skipif(find_spec("s3fs") is not None, reason="s3fs is there")),
    ],
)  # fmt: skip
def test_what_can_not_be_reached_says_why(memory, address, reason, says):
    fsspec.register_implementation("failing", Failing, clobber=True)
    with fetched([place_of(address)], USUAL) as [file]:
        assert file.file.reason_code == reason
        assert says in str(file.file)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no server of this name"),
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), "certificate is not trusted (self-signed certificate)"),
        (PermissionError("no credentials"), "not allowed (no credentials). Check the address and the credentials"),
        (OSError(errno.ENOSPC, "No space left on device"), "name another folder by TMPDIR"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "broke the connection off"),
        (TimeoutError("timed out"), "does not answer"),
    ],
)  # fmt: skip
def test_each_fault_of_the_network_has_a_sentence_also_where_a_library_wraps_it(error, says):
    wrapped = RuntimeError("failed", error)
    assert says in str(in_our_words(error, place_of("s3://b/k")))
    assert says in str(in_our_words(wrapped, place_of("s3://b/k")))


# --- limits, and what is left behind


def test_a_copy_ends_where_a_file_or_all_of_a_call_may_not_be_longer(memory):
    memory.pipe({"/f/1": TEXT, "/f/2": TEXT})
    assert [reason for *_, reason in told("memory://f/1", reading=Reading(max_file_bytes=len(TEXT) - 1))] == [
        "too_large"
    ]
    reasons = [reason for *_, reason in told("memory://f", reading=Reading(max_fetched_bytes=len(TEXT) + 1))]
    assert sorted(reasons, key=str) == [None, "unreachable"]


def test_a_file_that_is_shorter_than_its_file_system_says_is_none():
    fsspec.register_implementation("short", Short, clobber=True)
    with fetched([place_of("short://a/file")], USUAL) as [file]:
        assert "breaks off" in str(file.file)


def test_two_addresses_that_differ_in_their_keys_alone_are_refused_and_one_named_twice_is_read_once(server):
    with pytest.raises(PapersieveError, match=r"/x: named twice, with different passwords, signatures or keys"):
        told(server.url("good/x?key=a"), server.url("good/x?key=b"))
    assert server.asked == []
    assert len(told(server.url("good/x?key=a"), server.url("good/x?key=a"))) == 1


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def test_copies_are_gone_when_the_call_ends_however_it_ends(server, temporary):
    def interrupted() -> None:
        with fetched([place_of(server.url(path)) for path in ("good", "drip")], MIXED) as files:
            assert files[0].file.read_bytes() == TEXT
            assert list(temporary.iterdir())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(temporary.iterdir()) == []


def test_copies_that_a_killed_process_left_are_removed_and_those_of_others_at_work_stay(server, temporary):
    with fetched([place_of(server.url("good"))], USUAL) as [at_work]:
        [held] = temporary.iterdir()
        left = temporary / f"{held.name}-killed"
        left.mkdir()
        (left / "0").write_bytes(TEXT)
        for folder in (held, left):
            os.utime(folder, (1, 1))
        told(server.url("good"))
        assert list(temporary.iterdir()) == [held]
        assert at_work.file.read_bytes() == TEXT


def test_places_here_cost_no_folder_and_no_thread(temporary, monkeypatch):
    monkeypatch.setattr(threading, "Thread", None)
    monkeypatch.setattr(tempfile, "TemporaryDirectory", None)
    with fetched([Path("a"), Path("b"), Path("a")], USUAL) as files:
        assert files == [Path("a"), Path("b")]


@pytest.mark.parametrize(
    ("at", "to", "leads_to"),
    [
        ("http://a/x", "https://b/y", "https://b/y"),
        ("https://a/x", "/y", "https://a/y"),
        ("https://a/x", "http://a/y", None),
        ("https://a/x", "http://[::bad/", None),
        ("http://a/x", "ftp://a/y", None),
        ("http://a/x", "file:///etc/passwd", None),
        ("http://a/x", "", "http://a/x"),
    ],
)
def test_a_redirect_leads_to_web_servers_only_and_never_to_where_everybody_can_read_along(at, to, leads_to):
    def follow() -> str | None:
        try:
            return redirected(parse_url(at), to, place_of("https://named/x")).url
        except DumpError:
            return None

    assert follow() == leads_to
