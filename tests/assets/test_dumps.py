"""Ingesting the dump folder: what happens to each file, as shown on the asset's page."""

import dagster as dg
import pytest

from papersieve.assets.dumps import OUTCOMES
from papersieve.warehouse.store.store import Store
from tests.support.house import House, failed_checks, materialised
from tests.support.store_places import Place, Snapshot

INGESTION = ("dumps", "records")


def outcomes(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """The outcome of each file, from the table on the asset's page, in its order."""
    rows = materialised(result)["dumps"].metadata["files"].value.splitlines()[2:]
    found = dict(row.strip("| ").split(" | ")[:2] for row in rows)
    told = {outcome: materialised(result)["dumps"].metadata[f"files_{outcome}"].value for outcome in OUTCOMES}
    assert {k: v for k, v in told.items() if v} == {o: list(found.values()).count(o) for o in found.values()}
    return found


def stored(house: House) -> set[str]:
    with Store(house.folder / "store.duckdb") as store:
        return {location.rsplit("/", 1)[1] for location in store.query("known_dumps")["location"]}


@pytest.fixture(scope="module")
def snapshot(sample, tmp_path_factory) -> Snapshot:
    """Three dumps, read in one run."""

    def fill(place: Place) -> None:
        names = sorted(sample.dumps)[:3]
        for name in names:
            place.write(name, sample.dumps[name])
        with dg.DagsterInstance.ephemeral() as instance:
            assert outcomes(House(place.folder, instance).launch(*INGESTION)) == dict.fromkeys(names, "added")

    return Snapshot(tmp_path_factory.mktemp("filled"), fill)


@pytest.fixture
def filled(snapshot, sample, house):
    house.folder, house.names = snapshot.put_back().folder, sorted(sample.dumps)[:3]
    return house


def test_one_run_takes_in_all_that_changed_and_shows_first_what_a_person_should_look_at(filled, sample):
    one, two, three = filled.names
    filled.add_dump(one, sample.dumps[one] + "\n")
    (filled.folder / "dumps" / two).unlink()
    filled.add_dump("new.txt", sample.dumps[one] + "\n\n")
    filled.add_dump("scan.txt", "%PDF-1.4")
    found = outcomes(filled.launch(*INGESTION))
    assert list(found.items()) == [
        ("scan.txt", "unreadable"), (two, "removed"), (one, "replaced"), ("new.txt", "added"), (three, "unchanged")
    ]  # fmt: skip
    assert stored(filled) == {*filled.names, "new.txt"}


@pytest.mark.long
def test_a_removed_file_is_a_warning_and_its_dump_stays(filled):
    gone = filled.names[1]
    (filled.folder / "dumps" / gone).unlink()
    for _ in range(2):
        result = filled.launch(*INGESTION)
        assert outcomes(result)[gone] == "removed"
        assert failed_checks(result)["removed_files"].severity is dg.AssetCheckSeverity.WARN
    assert stored(filled) == set(filled.names)


@pytest.mark.long
def test_a_removed_file_that_never_said_anything_is_not_asked_for_any_more(filled):
    path = filled.add_dump("scan.txt", "%PDF-1.4")
    assert set(failed_checks(filled.launch(*INGESTION))) >= {"unreadable_dumps"}
    path.unlink()
    result = filled.launch(*INGESTION)
    assert "scan.txt" not in outcomes(result)
    assert not {"unreadable_dumps", "removed_files"} & set(failed_checks(result))


@pytest.mark.long
def test_a_dump_folder_that_is_a_link_holds_the_same_dumps_and_a_file_removed_there_is_withdrawn(filled):
    (filled.folder / "dumps").rename(filled.folder / "moved")
    (filled.folder / "dumps").symlink_to("moved")
    gone = filled.names[0]
    assert outcomes(filled.launch(*INGESTION)) == dict.fromkeys(filled.names, "unchanged")
    (filled.folder / "moved" / gone).unlink()
    filled.withdraw_removed = True
    assert outcomes(filled.launch(*INGESTION))[gone] == "withdrawn"
    assert stored(filled) == set(filled.names[1:])


@pytest.mark.long
def test_a_removed_file_is_withdrawn_where_that_is_wanted_and_may_come_back(filled, sample):
    gone = filled.names[1]
    filled.withdraw_removed = True
    path = filled.folder / "dumps" / gone
    path.unlink()
    assert outcomes(filled.launch(*INGESTION))[gone] == "withdrawn"
    assert stored(filled) == set(filled.names) - {gone}
    assert gone not in outcomes(filled.launch(*INGESTION)), "it is told once"
    path.write_text(sample.dumps[gone])
    assert outcomes(filled.launch(*INGESTION))[gone] == "added"


def test_a_folder_that_is_not_there_takes_nothing_away(filled):
    filled.withdraw_removed = True
    result = filled.launch(*INGESTION, taking={"dump_folder": str(filled.folder / "not mounted")})
    (failure,) = result.filter_events(lambda e: e.is_step_failure)
    assert "no such folder" in failure.step_failure_data.user_failure_data.description
    assert stored(filled) == set(filled.names)


@pytest.mark.long
def test_a_dump_withdrawn_by_hand_stays_withdrawn_until_its_file_is_named(filled):
    back = filled.names[2]
    assert outcomes(filled.launch(*INGESTION, taking={"withdraw": [back]}))[back] == "withdrawn"
    assert outcomes(filled.launch(*INGESTION))[back] == "withdrawn"
    assert stored(filled) == set(filled.names) - {back}
    assert outcomes(filled.launch(*INGESTION, taking={"files": [back]})) == {back: "added"}


@pytest.mark.parametrize("asked", ["withdraw", "accept"])
def test_a_name_that_means_no_dump_is_refused_with_the_remedy(filled, asked):
    result = filled.launch(*INGESTION, taking={asked: ["nobody.txt"]})
    (failure,) = result.filter_events(lambda e: e.is_step_failure)
    assert "holds no dump of the name 'nobody.txt'" in failure.step_failure_data.user_failure_data.description


def test_another_folder_can_be_named_for_one_run(filled, tmp_path, sample):
    other = tmp_path / "other"
    other.mkdir()
    (other / "new.txt").write_text(sample.dumps[filled.names[0]] + "\n\n")
    assert outcomes(filled.launch(*INGESTION, taking={"dump_folder": str(other)})) == {"new.txt": "added"}
    assert stored(filled) == {*filled.names, "new.txt"}
