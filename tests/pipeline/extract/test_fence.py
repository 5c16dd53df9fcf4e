"""Formats of other packages that misbehave: each costs one dump and nothing else."""

import json
import pickle
import re
from itertools import count, repeat

import pytest
from polars.exceptions import PanicException

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract import detect as detection
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.read_normalised import read_all
from papersieve.pipeline.progress import silent
from papersieve.pipeline.reading_settings import Reading
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.outcomes import messages_of
from papersieve.warehouse.store.store import Store
from tests.support.damaged_dumps import FIXTURES

SECRET = "a secret of the first line"


class Cancelled(BaseException):
    """An exception by which the program around a run stops it, as Dagster's."""


def raising(error):
    def extract(dump):
        yield Entry(1, 1, title="One")
        raise error

    return extract


def recursing(dump):
    return recursing(dump)


def forgetting(dump):
    yield Entry(2, 2, title="One")


def marking(dump):
    dump.ledger.mark(1, "no fate")
    dump.ledger.mark(2, Fate.BLANK)
    yield from ()


def noticing(dump):
    dump.ledger.fill(1, 2, Fate.BLANK)
    dump.ledger.notice(0, "code", "before the first line")
    yield from ()


BROKEN = {
    "an error": (raising(ValueError(SECRET)), "ValueError"),
    "an end of everything": (raising(SystemExit(0)), "SystemExit"),
    "a panic in Rust": (raising(PanicException(SECRET)), "PanicException"),
    "an end of the generator": (raising(GeneratorExit()), "GeneratorExit"),
    "no memory": (raising(MemoryError()), "MemoryError"),
    "no end of calls": (recursing, "RecursionError"),
    "no generator": (lambda dump: 42, "TypeError"),
    "no entry": (lambda dump: iter(["Entry"]), "TypeError"),
    "no text": (lambda dump: iter([Entry(1, 2, title=5)]), "TypeError"),
    "no number": (lambda dump: iter([Entry(1, 2, comment_count=1.5)]), "TypeError"),
    "no yes or no": (lambda dump: iter([Entry(1, 2, is_retracted="yes")]), "TypeError"),
    "no list": (lambda dump: iter([Entry(1, 2, categories=5)]), "TypeError"),
    "no line": (lambda dump: iter([Entry(None, None)]), "TypeError"),
    "line 0": (lambda dump: iter([Entry(0, 1)]), "ValueError"),
    "lines beyond the end": (lambda dump: iter([Entry(1, 10**18)]), "ValueError"),
    "lines backwards": (lambda dump: iter([Entry(2, 2), Entry(1, 1)]), "ValueError"),
    "a line without a fate": (forgetting, "ValueError"),
    "a fate that is none": (marking, "KeyError"),
    "a notice of no line": (noticing, "ValueError"),
    "entries without end": (lambda dump: (Entry(1, 1) for _ in count()), "ValueError"),
    "nothing without end": (lambda dump: repeat(None), "ValueError"),
}


class _Package:
    name = "papersieve-theirs"


class _Point:
    name, value, dist = "theirs", "theirs.module:FORMAT", _Package

    def __init__(self, found: object) -> None:
        self.found = found

    def load(self) -> object:
        print("loading")  # noqa: T201
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found


@pytest.fixture
def install(monkeypatch):
    def points(found: object) -> None:
        monkeypatch.setattr(detection, "entry_points", lambda group: [_Point(found)])
        detection.installed.cache_clear()

    yield points
    detection.installed.cache_clear()


@pytest.fixture
def dumps(tmp_path):
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "a.theirs").write_text(f"theirs {SECRET}\nmore\n")
    (tmp_path / "dumps" / "b.ris").write_bytes((FIXTURES / "ris.ris").read_bytes())
    return tmp_path / "dumps"


def recognises(head):
    return "it says so" if head.text.startswith("theirs") else None


def theirs(extract) -> Format:
    return Format("theirs", "theirs", recognises, extract)


@pytest.mark.parametrize("kind", BROKEN)
def test_whatever_a_format_does_costs_its_dump_alone_and_says_whose_it_is_and_where(install, dumps, tmp_path, kind):
    extract, error = BROKEN[kind]
    install(theirs(extract))
    with Store(tmp_path / "s.duckdb") as store:
        outcomes = ingest(store, [dumps], silent)
        [kept] = store.query("unreadable_dumps").to_dicts()
    assert [o.outcome for o in outcomes] == ["unreadable", "added"]
    assert kept["reason_code"] == "format_failed"
    assert re.search(rf"'theirs' of papersieve-theirs failed: {error} at [\w/.]+:\d+\. Repair or", kept["message"])
    assert SECRET not in kept["message"]


def test_a_fault_is_told_where_the_code_of_the_format_has_it(install, dumps):
    def extract(dump):
        yield json.loads("no JSON")

    install(theirs(extract))
    with pytest.raises(DumpError, match=r"JSONDecodeError at extract/test_fence.py:\d+"):
        extract_dump(read_dump(dumps / "a.theirs"))


def test_a_format_that_can_not_say_whether_a_dump_is_its_own_costs_that_dump(install, dumps, tmp_path):
    def picky(head):
        if head.text.startswith("theirs"):
            raise SystemExit(0)

    for broken in (picky, lambda head: None if head.text.startswith("TY") else True):
        install(Format("theirs", "theirs", broken, forgetting))
        with Store(tmp_path / f"{broken.__name__}.duckdb") as store:
            outcomes = ingest(store, [dumps], silent)
        assert [(o.outcome, o.reason_code) for o in outcomes] == [("unreadable", "format_failed"), ("added", None)]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, Cancelled])
def test_what_stops_the_run_is_no_fault_of_a_format(install, dumps, stop):
    install(theirs(raising(stop())))
    with pytest.raises(stop):
        extract_dump(read_dump(dumps / "a.theirs"))


def test_what_a_format_prints_is_no_result(install, dumps, capsys):
    def loud(dump):
        print("extracting")  # noqa: T201
        dump.ledger.fill(1, 2, Fate.FURNITURE)
        yield Listing()

    install(theirs(loud))
    extract_dump(read_dump(dumps / "a.theirs"))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "loading\nextracting\n"


def test_a_format_that_can_not_be_loaded_is_told_once_and_the_others_are_used(install, dumps, tmp_path):
    install(SystemExit(0))
    (dumps / "c.ris").write_bytes((FIXTURES / "ris.ris").read_bytes() * 2)
    with Store(tmp_path / "s.duckdb") as store:
        outcomes = ingest(store, [dumps], silent)
        assert [o.reason_code for o in outcomes] == ["unknown_format", None, None]
        assert sum("'theirs' of papersieve.formats" in message for message in messages_of(outcomes)) == 1
        assert messages_of(ingest(store, [dumps / "b.ris"], silent)) == []


def test_a_format_that_fails_where_another_process_reads_costs_its_dump_alone(install, dumps):
    install(theirs(raising(SystemExit(0))))
    failed, read = read_all([read_dump(dumps / "a.theirs"), read_dump(dumps / "b.ris")], Reading())
    assert pickle.loads(pickle.dumps(failed)).reason_code == "format_failed"
    assert read.entries == 2
