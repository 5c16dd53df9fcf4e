"""Runs that are killed at a point, in a place with some published dumps and one new dump."""

import shutil
import signal
from pathlib import Path

from papersieve.pipeline.settings import Settings
from tests.support.faults import run_until
from tests.support.made_dumps import page
from tests.support.store_places import Place, published_tables, settle


def waiting(folder: Path) -> tuple[Place, dict, dict, list[str]]:
    """A place with some dumps, published by several runs, and a new one that waits to be read.

    Returns the place, the published tables before and after a run, and the points of that run.
    """
    place, after = Place(folder / "before"), Place(folder / "after")
    place.folder.mkdir()
    for n in range(5):
        settle(place.write(f"{n}.txt", page(*range(10 * n, 10 * n + 8))))
        if n > 1:  # three versions; the oldest one is the file that the next run updates
            place.run()
    settle(place.write("waiting.txt", page(1, 11, 90)))  # so that the age of files changes no point
    shutil.copytree(place.folder, after.folder)
    code, points = run_until(after.folder, place.dumps, Settings(), kill_at=0)
    assert code == 0
    return place, published_tables(place.warehouse), published_tables(after.warehouse), points


def kill_and_complete(folder: Path, start: tuple[Place, dict, dict, list[str]], kill_at: int) -> None:
    """Kill a run over a copy of the waiting place at a point, check the published tables, run again and check again."""
    waits, old, new, points = start
    place = Place(folder / "copy")
    shutil.copytree(waits.folder, place.folder)
    code, came_to = run_until(place.folder, waits.dumps, Settings(), kill_at)
    assert code == -signal.SIGKILL
    assert came_to == points[:kill_at]
    put_in_place = max(n for n, point in enumerate(points) if point == "after replace")
    assert published_tables(place.warehouse) == (new if kill_at > put_in_place else old), came_to[-1]
    place.run(waits.dumps)
    assert published_tables(place.warehouse) == new, came_to[-1]
    assert not list(place.folder.glob(".*building*"))
