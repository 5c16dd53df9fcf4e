"""The campaigns of commands: a few schedules are played for real, and what must be told is told."""

import shutil
from dataclasses import replace
from pathlib import Path
from random import Random

import duckdb
import pytest

from benchmarks.soak_commands import killed, side_by_side
from benchmarks.soak_kinds import draw, ended_as
from benchmarks.soak_places import Place, Template, prepare
from benchmarks.soak_play import Schedule, Tally, judge
from papersieve.pipeline.sample import make_sample
from tests.support.forked import command


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Template:
    return prepare(tmp_path_factory.mktemp("template") / "tiny", make_sample(papers=40).dumps)


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path / "place")


def judged(template: Template, place: Place, schedule: Schedule) -> Tally:
    return judge(template, place, schedule, is_verified=False)[0]


@pytest.mark.long
def test_one_command_after_the_other_keeps_every_promise(template, place):
    kinds = ["run", "import", "backup", "status", "withdraw", "rollback", "query"]
    drawn = [[draw(Random(1), template, place, kind)] for kind in kinds]
    tally = judged(template, place, drawn)
    assert tally.faults == []
    assert tally.commands == {f"{kind}: done": 1 for kind in kinds}
    assert tally.reads["reads"] > 0


def test_a_command_that_does_not_do_what_it_promises_is_told(template, place):
    [[planned]] = [[draw(Random(1), template, place, "status")]]
    lying = replace(planned, effect="add", what=frozenset(["new_0.txt"]))
    assert {kind for kind, _ in judged(template, place, [[lying]]).faults} == {"lost"}


def lose_a_dump(store: Path, name: str) -> None:
    with duckdb.connect(store) as con:
        con.execute("DELETE FROM records WHERE dump_id IN (SELECT dump_id FROM dump_locations WHERE name = ?)", [name])


def test_a_store_that_lost_records_and_a_file_left_over_are_told(template, place):
    spoilt = replace(draw(Random(1), template, place, "report"), call=lose_a_dump, args=(place.store, template.old[0]))
    beside = replace(spoilt, call=shutil.copyfile, args=(place.store, place.folder / "store.duckdb.half"))
    told = {kind for kind, _ in judged(template, place, [[spoilt], [beside]]).faults}
    assert {"doubled", "left_over"} <= told


def test_exit_codes_and_words_say_how_a_command_ended(template, place):
    run = draw(Random(1), template, place, "run", wait=False)
    waits, kills = replace(run, args=(*run.args, "--wait", "9")), replace(run, kill_after=0.1)
    assert run.call is command
    for planned, code, err, how in (
        (run, 0, "", "done"),
        (run, 1, "the store is in use by process 1", "refused"),
        (waits, 1, "the store is in use by process 1", "failed"),
        (run, 1, "1 check failed", "failed"),
        (run, 1, "Traceback (most recent call last):", "traceback"),
        (run, -9, "", "failed"),
        (kills, -9, "", "killed"),
        (run, None, "", "wedged"),
    ):
        assert ended_as(planned, code, err) == how


@pytest.mark.long
@pytest.mark.parametrize(("campaign", "seed"), [(side_by_side, 1), (killed, 1)])
def test_the_begin_of_a_schedule_of_each_campaign_is_played(template, place, campaign, seed):
    random = Random(seed)
    schedule = campaign(random, template, place)[:3]
    tally = judged(template, place, schedule)
    assert tally.commands.total() == sum(map(len, schedule))
    assert tally.faults == []
