"""What runs below `dumps` if it was materialised alone: everything, unless a check above has an error."""

from typing import Any

import dagster as dg
import pytest

from papersieve.assets.definitions import build_defs
from tests.support.house import House, failed_checks

BELOW = {"documents", "duplicate_pairs", "papers", "warehouse"}
ONE = "title,abstract,year\nOne title of a few words,{abstract},2020\n"


@pytest.fixture
def warned(house: House) -> House:
    """A house after a run of the whole job, with a file that can't be read: a lasting warning."""
    house.add_dump("scan.txt", "%PDF-1.4")
    add(house, 0)
    result = house.launch()
    assert result.success
    assert set(failed_checks(result)) >= {"unreadable_dumps"}
    return house


def add(house: House, time: int) -> None:
    house.add_dump("one.csv", ONE.format(abstract=f"Version {time} of an abstract that says something. " * 5))


def tick(house: House, cursor: Any) -> tuple[set[str], Any]:
    """The assets that the sensor requests, as Dagster's daemon evaluates it, and its cursor."""
    defs = build_defs(**house.places)
    sensor = defs.get_repository_def().get_sensor_def("below_the_dumps")
    done = dg.evaluate_automation_conditions(defs, house.instance, sensor.asset_selection, cursor=cursor)
    return {result.key.to_user_string() for result in done.results if not result.true_subset.is_empty}, done.cursor


@pytest.mark.long
def test_a_warning_that_stands_stops_nothing_and_an_error_stops_what_is_below_until_it_is_gone(warned):
    asked, cursor = tick(warned, None)
    assert not asked, "the run of the whole job left nothing to do"
    add(warned, 1)
    result = warned.launch("dumps", "records")
    assert failed_checks(result)["unreadable_dumps"].severity is dg.AssetCheckSeverity.WARN
    asked, cursor = tick(warned, cursor)
    assert asked == BELOW
    assert warned.launch(*BELOW).success
    asked, cursor = tick(warned, cursor)
    assert not asked

    warned.spoil("UPDATE dumps SET lines = -1")
    result = warned.launch("dumps", "records")
    assert failed_checks(result)["dumps_contract"].severity is dg.AssetCheckSeverity.ERROR
    asked, cursor = tick(warned, cursor)
    assert not asked
    warned.spoil("UPDATE dumps SET lines = 2")
    assert warned.launch("dumps", "records").success
    asked, _ = tick(warned, cursor)
    assert asked == BELOW
