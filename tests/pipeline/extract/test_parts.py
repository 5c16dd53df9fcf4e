"""Dumps put into one frame give the same rows as each of them alone."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.read import Extraction, extract_dump, extract_parts, extraction_of, read_parts
from papersieve.pipeline.extract.read_normalised import Read, read_all, split_extraction, together
from papersieve.pipeline.reading_settings import Reading
from tests.support.examples import examples

#: Fields with notices that are given once per dump, and others.
ROWS = st.fixed_dictionaries(
    {"title": st.sampled_from(["Lamps That Count Sheep", "Lamps " * 300])},
    optional={
        "year": st.sampled_from(["2020", "9999", "0000", "in the autumn"]),
        "authors": st.lists(st.sampled_from(["Ann Lee", "Bo Lind"]), max_size=2),
        "doi": st.just("10.1000/1"),
        "abstract": st.just("We ask how lamps learn to count sheep."),
    },
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("parts")


def dump_of(folder: Path, number: int, rows: list[dict]) -> RawDump:
    path = folder / f"{number}.jsonl"
    path.write_text(json.dumps({"title": f"Dump {number}", "year": "2020"}) + "\n" + "".join(json.dumps(row) + "\n" for row in rows) + "no JSON\n")  # fmt: skip
    return read_dump(path)


@given(dumps=st.lists(st.lists(ROWS, max_size=4), min_size=1, max_size=4), entries=st.sampled_from([1, 2, 100]))
def test_many_dumps_in_one_frame_say_what_each_says_alone(folder, dumps, entries):
    raws, reading = [dump_of(folder, number, rows) for number, rows in enumerate(dumps)], Reading(batch_entries=entries)
    together = extraction_of([part for raw in raws for part in read_parts(raw, reading)])
    alone = [part for raw in raws for part in extract_parts(raw, reading)]
    for column in fields(Extraction):
        rows = [row for each in alone for row in getattr(each, column.name).rows()]
        assert getattr(together, column.name).rows() == rows


@pytest.mark.long
@examples(10)
@given(dumps=st.lists(st.lists(ROWS, max_size=4), min_size=1, max_size=6), task=st.integers(1, 6), data=st.data())
def test_dumps_that_are_taken_out_of_many_say_what_they_say_alone(folder, dumps, task, data):
    raws = [dump_of(folder, number, rows) for number, rows in enumerate(dumps)]
    tasks = [read_all(raws[first : first + task], Reading()) for first in range(0, len(raws), task)]
    chosen = data.draw(st.lists(st.sampled_from(range(len(raws))), min_size=1, unique=True).map(sorted))
    taken = together([tasks[number // task][number % task] for number in chosen])
    alone = [split_extraction(extract_dump(raws[number])) for number in chosen]
    for column in fields(Read):
        rows = [row for each in alone for row in getattr(each, column.name).rows()]
        assert getattr(taken, column.name).rows() == rows
