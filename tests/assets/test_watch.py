"""When the dump folder needs a run."""

import os

import dagster as dg
import pytest

from papersieve.assets.automation import due, watched
from papersieve.assets.definitions import build_defs
from papersieve.assets.watch import DumpFile, NoDumpsError, decide, dump_paths, look, state_of

ONE = DumpFile("one.txt", 10, 1)
TWO = DumpFile("two.txt", 20, 2)


def looks(*states: list[DumpFile], cursor: str | None = None) -> list[str | None]:
    """Run keys from a series of sensor ticks."""
    keys = []
    for state in states:
        decision = decide(state, cursor)
        cursor = decision.cursor
        keys.append(decision.run_key)
    return keys


def test_a_run_is_requested_once_the_files_have_settled():
    first, second, third = looks([ONE], [ONE], [ONE])
    assert first is None
    assert second
    assert third is None


def test_a_file_that_still_grows_waits():
    growing = [[ONE, TWO._replace(size=size)] for size in (1, 2, 3)]
    *while_growing, then, after = looks(*growing, growing[-1], growing[-1])
    assert while_growing == [None, None, None]
    assert then
    assert after is None


def test_what_another_run_has_read_needs_none():
    cursor = decide([ONE], decide([ONE], None).cursor).cursor
    now = [ONE, TWO]
    read = decide(now, cursor, taken_in=state_of(now))
    assert read.run_key is None
    assert "already read by another run" in read.message
    assert decide(now, read.cursor).run_key is None
    later = [*now, DumpFile("three.txt", 1, 1)]
    seen = decide(later, read.cursor, taken_in=state_of(now))
    assert decide(later, seen.cursor, taken_in=state_of(now)).run_key


def test_a_folder_that_went_back_while_another_run_read_it_is_read_again():
    """A dump is added, somebody's run reads it, and it is removed before the sensor looks."""
    first = decide([ONE], decide([ONE], None).cursor)
    settled = decide([ONE], first.cursor, taken_in=state_of([ONE]))
    meanwhile = decide([ONE], settled.cursor, waiting_for="abc", taken_in=state_of([ONE, TWO]))
    assert meanwhile.run_key is None
    again = decide([ONE], meanwhile.cursor, taken_in=state_of([ONE, TWO]))
    assert again.run_key not in (None, first.run_key)
    assert "another run has since read different files" in again.message
    assert decide([ONE], again.cursor, taken_in=state_of([ONE, TWO])).run_key is None, "a run that failed"
    assert decide([ONE], again.cursor, taken_in=state_of([ONE])).run_key is None, "or did not"


@pytest.mark.parametrize(
    "changed",
    [
        [ONE, TWO._replace(size=21)],
        [ONE, TWO._replace(mtime_ns=3)],
        [ONE, TWO._replace(name="renamed.txt")],
        [ONE],
        [ONE, TWO, DumpFile("three.txt", 30, 3)],
    ],
)
def test_each_kind_of_change_requests_a_run_of_its_own(changed):
    _, before, waiting, after, settled = looks([ONE, TWO], [ONE, TWO], changed, changed, changed)
    assert waiting is None
    assert settled is None
    assert after not in (None, before)


def test_a_folder_that_returns_to_an_earlier_state_is_run_again():
    """Dagster never runs a run key twice, so the key must not be a hash of the state alone."""
    a, b = [ONE], [ONE, TWO]
    keys = [key for key in looks(a, a, b, b, a, a, b, b) if key]
    assert len(set(keys)) == 4


def test_a_change_that_is_taken_back_before_it_settles_requests_nothing():
    assert looks([ONE], [ONE], [ONE, TWO], [ONE], [ONE])[2:] == [None, None, None]


def test_the_same_look_decides_the_same():
    """A tick whose cursor was lost is repeated, but must not request a second run."""
    cursor = decide([ONE, TWO], None).cursor
    assert decide([TWO, ONE], cursor) == decide([ONE, TWO], cursor)


def test_the_message_says_what_was_seen():
    first = decide([ONE, TWO], None)
    assert first.message.startswith("2 files, 30 bytes: nothing was requested yet; waiting")
    requested = decide([ONE, TWO], first.cursor)
    assert requested.message == "2 files, 30 bytes: nothing was requested yet"
    assert decide([ONE], requested.cursor).message.startswith(
        "1 file, 10 bytes: changed since the last request; waiting"
    )


def test_dagster_keeps_little_of_each_look_at_a_folder_of_many_files():
    many = [ONE._replace(name=f"{number}.txt") for number in range(5000)]
    assert len(decide(many, decide(many, None).cursor).cursor) < 200


def test_while_a_run_is_unfinished_everything_waits_and_nothing_is_forgotten():
    waiting = decide([ONE], decide([ONE], None).cursor, waiting_for="abc")
    assert waiting.run_key is None
    assert "waiting for run abc" in waiting.message
    assert decide([ONE], waiting.cursor).run_key


def test_a_look_sees_what_ingestion_would_read(tmp_path):
    (tmp_path / "below").mkdir()
    for name in ("b.txt", "below/a.txt", ".hidden", "_truth.csv"):
        (tmp_path / name).write_text("x")
    os.utime(tmp_path / "b.txt", ns=(5, 7))
    assert [path.name for path in dump_paths(tmp_path)] == ["b.txt", "a.txt"]
    seen = look(tmp_path)
    assert [file.name for file in seen] == ["b.txt", "below/a.txt"]
    assert seen[0] == DumpFile("b.txt", 1, 7)


def test_a_look_sees_the_labels_of_dumps(tmp_path):
    (tmp_path / "below").mkdir()
    for name in ("below/a.txt", "below/_dumps.toml", "_dumps.toml"):
        (tmp_path / name).write_text("x")
    assert [file.name for file in look(tmp_path)] == ["below/a.txt", "below/_dumps.toml"]


def test_a_file_that_is_taken_away_during_the_look_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "kept.txt").write_text("x")
    monkeypatch.setattr("papersieve.assets.watch.dump_paths", lambda folder: [folder / "gone.txt", folder / "kept.txt"])
    assert [file.name for file in look(tmp_path)] == ["kept.txt"]


@pytest.mark.parametrize(("make", "told"), [(False, "no such folder"), (True, "this folder holds no dump")])
def test_a_folder_without_dumps_says_the_remedy(tmp_path, make, told):
    folder = tmp_path / "dumps"
    if make:
        folder.mkdir()
    with pytest.raises(NoDumpsError, match=f"{folder}: {told}.*PAPERSIEVE_DUMPS"):
        look(folder)


def tick(house, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    with dg.build_sensor_context(instance=house.instance, cursor=cursor) as context:
        return watched(context, house.papersieve)


def test_the_sensor_requests_one_run_for_new_files(house):
    house.add_dump("one.txt", "some text")
    first = tick(house)
    assert not first.run_requests
    assert "waiting" in first.skip_reason.skip_message
    second = tick(house, first.cursor)
    assert len(second.run_requests) == 1
    third = tick(house, second.cursor)
    assert not third.run_requests
    assert "unchanged since the last request" in third.skip_reason.skip_message


def test_the_sensor_waits_for_a_file_that_is_being_copied(house):
    path = house.add_dump("one.txt", "half of")
    first = tick(house)
    path.write_text("half of the text")
    second = tick(house, first.cursor)
    assert not second.run_requests
    assert len(tick(house, second.cursor).run_requests) == 1


def test_the_sensor_notices_that_a_file_was_removed(house):
    gone = house.add_dump("one.txt", "some text")
    house.add_dump("two.txt", "other text")
    settled = tick(house, tick(house).cursor)
    gone.unlink()
    waiting = tick(house, settled.cursor)
    after = tick(house, waiting.cursor)
    assert len(after.run_requests) == 1
    assert after.run_requests[0].run_key != settled.run_requests[0].run_key


def test_the_sensor_skips_where_there_is_no_folder(house):
    skipped = tick(house)
    assert isinstance(skipped, dg.SkipReason)
    assert "Create it and put dumps into it" in skipped.skip_message


def test_one_run_takes_all_new_files(house):
    for name in ("b.txt", "a.txt", "c.txt"):
        house.add_dump(name, "some text")
    (request,) = tick(house, tick(house).cursor).run_requests
    assert not request.run_config
    assert not request.partition_key


def scheduled(house) -> dg.RunRequest | dg.SkipReason:
    """What the schedule requests."""
    return due(house.instance, house.papersieve)


def test_the_sensor_waits_for_an_unfinished_run(house):
    house.add_dump("one.txt", "some text")
    first = tick(house)
    run = house.instance.create_run_for_job(
        build_defs(**house.places).resolve_job_def("refresh_warehouse"), status=dg.DagsterRunStatus.STARTED
    )
    second = tick(house, first.cursor)
    assert not second.run_requests
    assert run.run_id in second.skip_reason.skip_message
    assert run.run_id in scheduled(house).skip_message
    house.instance.report_run_canceled(run)
    assert len(tick(house, second.cursor).run_requests) == 1


def test_a_failed_run_that_is_not_requested_again_is_named(house):
    house.add_dump("one.txt", "some text")
    requested = tick(house, tick(house).cursor)
    job = build_defs(**house.places).resolve_job_def("refresh_warehouse")
    run = house.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    house.instance.report_run_failed(run)
    told = tick(house, requested.cursor).skip_reason.skip_message
    assert f"run {run.run_id}, the last one, failed" in told
    assert "materialise all" in told
    house.instance.create_run_for_job(job, status=dg.DagsterRunStatus.SUCCESS)
    assert "failed" not in tick(house, requested.cursor).skip_reason.skip_message


def test_the_schedule_asks_for_one_run_where_there_are_dumps(house):
    schedule = build_defs(**house.places).resolve_schedule_def("daily_refresh")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "UTC")
    assert "no such folder" in scheduled(house).skip_message
    house.add_dump("a.txt", "no listing")
    assert isinstance(scheduled(house), dg.RunRequest)
