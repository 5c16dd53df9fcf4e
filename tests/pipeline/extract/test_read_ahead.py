"""Dumps read by other processes: the results are what this process would have read, even if the others die."""

import io
import os
import signal
from dataclasses import fields
from functools import partial
from operator import truediv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract import read_ahead as module
from papersieve.pipeline.extract.dump_files import find_dumps
from papersieve.pipeline.extract.raw_dump import BrokenDump
from papersieve.pipeline.extract.read import Extraction, extract_parts
from papersieve.pipeline.extract.read_ahead import Readers
from papersieve.pipeline.extract.read_normalised import Read, Whole, read_all, split_extraction, together
from papersieve.pipeline.reading_settings import Reading
from tests.support.archives import in_tar, in_zip
from tests.support.damaged_dumps import FIXTURES
from tests.support.examples import examples
from tests.support.strategies import listings

READING = Reading(processes=2, batch_entries=4)

files = st.one_of(
    listings().map(lambda listing: listing[0].encode()),
    st.sampled_from([path.read_bytes() for path in sorted(FIXTURES.iterdir()) if path.is_file()]),
    st.sampled_from([b"", b"no listing\n", b"\xff\xfeu\0t\0f\0", b"PK\x03\x04 torn", b"\x1f\x8b torn"]),
)
archives = st.builds(
    lambda members, pack: pack({f"{n}.txt": data for n, data in enumerate(members)}),
    st.lists(files, max_size=4),
    st.sampled_from([in_zip, in_tar]),
)


@pytest.fixture(scope="module")
def readers():
    with Readers(READING) as opened:
        yield opened
    assert all(w._process.poll() is not None for w in opened._workers)


def is_same(left: Extraction, right: Extraction) -> bool:
    return all(getattr(left, column.name).equals(getattr(right, column.name)) for column in fields(Read))


def read_here(raw) -> Read | DumpError | None:
    try:
        first = next(extract_parts(raw, READING))
    except DumpError as error:
        return error
    return None if first.dump.is_empty() else split_extraction(first)


@pytest.mark.long
@settings(examples(4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(files | archives, max_size=12), st.sets(st.integers(0, 15)), st.integers(1, 4), st.integers(1, 6))
def test_whoever_reads_a_dump_reads_the_same_in_the_same_order(
    readers, tmp_path_factory, monkeypatch, contents, known, task_dumps, held_dumps
):
    """known: the first digits of the ids of dumps that need not be read."""
    monkeypatch.setattr(module, "_TASK_DUMPS", task_dumps)
    monkeypatch.setattr(module, "_HELD_DUMPS", held_dumps)
    folder = tmp_path_factory.mktemp("dumps")
    for number, data in enumerate(contents):
        (folder / f"{number:02}").write_bytes(data)

    def found():
        return ((path.name, dump) for path in sorted(folder.iterdir()) for dump in find_dumps(path, READING))

    def is_new(raw):
        return int(raw.dump_id[0], 16) not in known

    turns = readers.ahead(found(), is_new)
    for name, dump in found():
        got_name, got, answer = next(turns)
        assert (got_name, got.location) == (name, dump.location)
        if isinstance(dump, BrokenDump):
            assert isinstance(got, BrokenDump)
            assert str(got.error) == str(dump.error)
            continue
        assert (got.dump_id, got.size_bytes, got.head) == (dump.dump_id, dump.size_bytes, dump.head)
        here, again = read_here(dump), read_here(got)
        for other in (again, together([answer]) if isinstance(answer, Whole) else answer or again):
            if isinstance(here, Read):
                assert is_same(other, here)
            else:
                assert type(other) is type(here)
                assert str(other) == str(here)
        assert answer is None or is_new(dump)
    assert next(turns, None) is None


def test_parts_are_split_in_their_order(readers, tmp_path):
    (tmp_path / "a").write_bytes((FIXTURES / "ris.ris").read_bytes() * 9)
    [raw] = find_dumps(tmp_path / "a", READING)
    parts = list(readers.split(extract_parts(raw, READING), raw.size_bytes))
    expected = [split_extraction(part) for part in extract_parts(raw, READING)]
    assert len(parts) == len(expected) > 4
    assert all(isinstance(part, Read) and is_same(part, other) for part, other in zip(parts, expected, strict=True))


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="another way to kill")
def test_what_a_killed_process_was_given_is_left_to_this_one(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_TASK_DUMPS", 1)
    monkeypatch.setattr(module, "_HELD_DUMPS", 3)
    text = (FIXTURES / "ris.ris").read_bytes()
    for number in range(12):
        (tmp_path / f"{number:02}").write_bytes(text + b"\n" * number)
    found = [(n, raw) for n, path in enumerate(sorted(tmp_path.iterdir())) for raw in find_dumps(path, Reading())]
    answers = []
    with Readers(Reading(processes=2)) as opened:
        for number, raw, answer in opened.ahead(found, lambda raw: True):
            answers.append(answer)
            assert is_same(together([answer]), together(read_all([raw], Reading())))
            if number in (2, 6):
                os.kill(opened._workers[number // 6]._process.pid, signal.SIGKILL)
    assert len(answers) == 12


def test_little_to_read_starts_nothing(tmp_path):
    (tmp_path / "a").write_bytes((FIXTURES / "ris.ris").read_bytes())
    [raw] = find_dumps(tmp_path / "a", Reading())
    with Readers(Reading()) as opened:
        [(_, _, answer)] = opened.ahead([(1, raw)], lambda raw: True)
        assert is_same(together([answer]), read_here(raw))
        assert not opened._workers


def test_a_process_that_can_not_be_had_or_does_not_come_up_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes((FIXTURES / "ris.ris").read_bytes())
    for interpreter in ("", str(tmp_path / "none"), str(tmp_path)):
        monkeypatch.setattr("sys.executable", interpreter)
        [raw] = find_dumps(tmp_path / "a", Reading())
        with Readers(Reading(processes=2)) as opened:
            [(place, got, answer)] = opened.ahead([("a", raw)], lambda raw: True)
        assert (place, got.dump_id) == ("a", raw.dump_id)
        assert is_same(together([answer]), read_here(raw))


def test_a_task_that_fails_is_no_answer_and_the_process_goes_on(readers):
    readers.have_started(0)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        readers.ask(partial(truediv, 1, 0)).result()
    assert readers.ask(io.BytesIO(b"x").read).result() == b"x"
