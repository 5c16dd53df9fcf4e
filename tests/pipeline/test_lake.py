"""The lake of the Spark engine: random histories against memory, runs that break off, what is carried over, what is refused."""

import hashlib
import itertools
import json
import os
import random
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from pipeline.derive import Derived, derive
from pipeline.matching.overruling import DECISION_SCHEMA
from pipeline.settings import Settings
from pipeline.spark.manifest import LakeError
from tests.warehouse.history import dump_records

pytestmark = [
    pytest.mark.spark,
    # Spark's own, of Python's newer releases and of how its sockets are closed; nothing here can mend them.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

SETTINGS = Settings(bucket_cap=3)


class BrokenOffError(Exception):
    """A run stopped dead."""


@dataclass
class LakeHistory:
    """A lake, and what it should be of: records of each dump that ever was, which of them live, and the decisions."""

    session: object
    folder: Path
    records: dict[str, pl.DataFrame] = field(default_factory=dict)
    living: dict[str, int] = field(default_factory=dict)
    decisions: set[tuple[str, str, str]] = field(default_factory=set)
    number: int = 0

    def add(self, entries: list[tuple[int, int]]) -> str:
        dump = hashlib.blake2b(repr(entries).encode(), digest_size=16).hexdigest()
        self.records[dump] = dump_records(dump, entries)
        self.number += 1
        self.living[dump] = self.number
        return dump

    def decided(self) -> pl.DataFrame:
        return pl.DataFrame(sorted(self.decisions), schema=DECISION_SCHEMA, orient="row")

    def refresh(self, stop_at: int = 0, settings: Settings = SETTINGS, **more) -> bool:
        from pipeline.spark.lake import Lake

        count = 0

        def progress(name: str) -> None:
            nonlocal count
            count += 1
            if count == stop_at:
                raise BrokenOffError(name)

        with Lake(self.session, str(self.folder), settings, progress=progress) as lake:
            if new := lake.missing(self.living):
                lake.add(pl.concat([self.records[dump] for dump in new]))
            return lake.refresh(self.living, self.decided(), **more)

    def tables(self, settings: Settings = SETTINGS) -> dict[str, pl.DataFrame]:
        from pipeline.spark.lake import Lake

        with Lake(self.session, str(self.folder), settings) as lake:
            return {name: pl.from_arrow(lake.table(name).toArrow()) for name in Derived._fields}

    def expected(self, settings: Settings = SETTINGS) -> dict[str, pl.DataFrame]:
        parts = [self.records[dump].with_columns(dump_no=pl.lit(no, pl.Int64)) for dump, no in self.living.items()]
        return derive(pl.concat(parts), settings, self.decided())._asdict()

    def compare(self, settings: Settings = SETTINGS) -> dict[str, pl.DataFrame]:
        found, expected = self.tables(settings), self.expected(settings)
        for name, frame in expected.items():
            assert rows_of(found[name], frame.columns) == rows_of(frame, frame.columns), name
        return found

    def random_step(self, rng: random.Random) -> str:
        documents = sorted({d for dump in self.living for d in self.records[dump]["document_id"]})
        step = rng.choice(["add", "add", "withdraw", "replace", "return", "decide", "undo"])
        if step in ("withdraw", "replace") and len(self.living) > 1:
            del self.living[rng.choice(sorted(self.living))]
        if step == "return" and (gone := sorted(set(self.records) - set(self.living))):
            self.number += 1
            self.living[rng.choice(gone)] = self.number
        if step in ("add", "replace"):
            self.add([(rng.randrange(12), rng.randrange(10)) for _ in range(rng.choice([1, 3, 12]))])
        if step == "decide":
            self.decisions.add((*sorted(rng.sample(documents, 2)), rng.choice(["must_link", "cannot_link"])))
        if step == "undo" and self.decisions:
            self.decisions.remove(rng.choice(sorted(self.decisions)))
        return step


def rows_of(frame: pl.DataFrame, columns: list[str]) -> list[str]:
    return sorted(map(repr, frame.select(columns).iter_rows()))


@pytest.fixture
def history(session, tmp_path) -> LakeHistory:
    return LakeHistory(session, tmp_path / "lake")


def hot(tables: dict[str, pl.DataFrame]) -> set[tuple[str, int]]:
    return set(tables["hot_buckets"].select("match_key", "key").iter_rows())


def test_a_lake_is_at_each_step_of_a_history_what_memory_makes_of_it(history):
    """Dumps come, change, go and come back, people decide, buckets turn hot and thaw, a run breaks off, Spark labels."""
    rng, seen = random.Random(10), set()
    for _ in range(2):
        history.add([(rng.randrange(12), rng.randrange(10)) for _ in range(20)])
    history.refresh()
    states = [history.compare()]
    for number in range(3):
        seen |= {history.random_step(rng) for _ in range(3)}
        if number == 1:
            with pytest.raises(BrokenOffError):
                history.refresh(stop_at=9)
        history.refresh(matches_on_driver=0 if number == 1 else 10**9)
        states.append(history.compare())
    turned, thawed = (
        sum(bool(hot(b) - hot(a) if way else hot(a) - hot(b)) for a, b in itertools.pairwise(states))
        for way in (True, False)
    )
    assert turned > 1
    assert thawed > 0
    assert {"replace", "return", "decide"} <= seen


def test_what_nothing_touched_is_carried_over_and_not_made_again(history):
    """A paper and a pair are changed behind the lake's back: they stay so, where a derivation would mend them."""
    history.add([(1, 0), (1, 1), (2, 0)])
    history.refresh()
    for table, column in (("papers", "title"), ("judged", "match_key")):
        (file, *_) = sorted((history.folder / "versions/1" / table).glob("*.parquet"), key=lambda f: -f.stat().st_size)
        pl.read_parquet(file).with_columns(pl.lit("marked").alias(column)).write_parquet(file)
        file.with_name(f".{file.name}.crc").unlink()
    history.add([(3, 0), (2, 0)])
    history.refresh()
    papers, pairs = history.tables()["papers"], history.tables()["pairs"]
    firsts = {r["paper_id"]: r["title"] for r in papers.to_dicts()}
    marked = {paper for paper, title in firsts.items() if title == "marked"}
    touched = {row["paper_id"] for row in papers.filter(pl.col("record_count") == 2).to_dicts()}
    assert papers.height == 3
    assert len(marked) == 1
    assert history.expected()["papers"].filter(pl.col("paper_id").is_in(marked))["document_count"].to_list() == [2]
    assert len(touched - marked) == 1
    assert set(pairs["match_key"]) == {"marked"}


def test_a_lake_that_is_held_or_of_another_layout_is_refused_and_a_dead_holder_is_not(session, tmp_path):
    from pipeline.spark.lake import Lake

    lock, opened = tmp_path / "lock.json", Lake(session, str(tmp_path), SETTINGS)
    with Lake(session, str(tmp_path), SETTINGS), pytest.raises(LakeError, match="held by process"):
        opened.__enter__()
    assert not lock.exists()
    lock.write_text(json.dumps({"host": socket.gethostname(), "pid": dead_process()}))
    with opened:
        assert json.loads(lock.read_text())["pid"] == os.getpid()
    lock.write_text(json.dumps({"host": "another", "pid": 1}))
    with pytest.raises(LakeError, match=r"on another\. Wait for that run; .* delete .*lock.json"):
        opened.__enter__()
    lock.unlink()
    newest = tmp_path / "manifests" / "000000099.json"
    for text, told in ((json.dumps({"layout": 99}), "expected a lake of layout 2, found 99"), ("torn", "another file")):
        newest.write_text(text)
        with pytest.raises(LakeError, match=told):
            opened.__enter__()
        newest.with_name(f".{newest.name}.crc").unlink(missing_ok=True)
        assert not lock.exists()


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_other_settings_derive_anew_from_what_is_stored_and_old_versions_and_segments_go(history):
    one = history.add([(1, 0), (1, 1), (2, 0), (2, 3)])
    history.refresh()
    assert not history.refresh()
    keys = {f.name for f in (history.folder / "keys").iterdir()}
    del history.living[one]
    history.add([(1, 0), (4, 2)])
    other = Settings(bucket_cap=2, bands=20, keep_versions=0)
    shutil.copytree(history.folder / "versions/1", history.folder / "versions/7")
    history.refresh(settings=other)
    history.compare(other)
    assert [f.name for f in (history.folder / "versions").iterdir()] == ["2"]
    assert keys.isdisjoint(f.name for f in (history.folder / "keys").iterdir() if any(f.iterdir()))
    segments = [f.name for f in history.folder.glob("*/*/dump=*")]
    assert sorted(segments) == sorted(f"dump={dump}" for dump in history.living for _ in range(3))
    history.living.clear()
    history.refresh(settings=other)
    assert {frame.height for frame in history.tables(other).values()} == {0}


def test_a_lake_of_nothing_has_every_table(history):
    history.refresh()
    assert {frame.height for frame in history.tables().values()} == {0}
