"""One partition a dump file: what becomes of each, and of many at once."""

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.assets.definitions import build_defs
from papersieve.assets.partitions import key_of, name_of, one_run
from papersieve.warehouse.store.store import Store
from tests.support.house import House
from tests.support.store_places import Place, Snapshot

INGESTION = ("dumps", "records")


#: All that a file's name can hold: bytes that are no UTF-8 come as surrogates \udc80 to \udcff.
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="/\0") | st.sampled_from(
    [chr(code) for code in range(0xDC80, 0xDD00)]
)


@given(st.text(LETTERS, min_size=1) | st.from_regex(r"[.%\udcff\n]{1,8}", fullmatch=True))
def test_a_key_stands_for_one_name_and_dagster_can_use_it(name):
    key = key_of(name)
    assert name_of(key) == name
    assert "..." not in key
    assert key.encode()
    assert not set(key) & {chr(code) for code in (*range(32), 127)}


def test_usual_names_are_their_own_keys():
    assert key_of("2026/Papers of week 7, page 1.txt") == "2026/Papers of week 7, page 1.txt"


def test_partitions_are_added_once_and_stay(house):
    for keys in (["b", "a"], ["c", "a", "c"]):
        config = one_run(house.instance, house.papersieve, keys)
        assert config["ops"]["ingestion"]["config"]["partitions"] == sorted(set(keys))
    assert house.instance.get_dynamic_partitions("dumps") == ["a", "b", "c"]


def outcomes(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """What became of each dump, by its partition."""
    return {partition: m.metadata["outcome"].value for partition, m in of_dumps(result).items() if partition}


def of_dumps(result: dg.ExecuteInProcessResult) -> dict[str | None, dg.AssetMaterialization]:
    """What the asset `dumps` tells, by partition; None: of the run as a whole."""
    events = [e.materialization for e in result.get_asset_materialization_events()]
    return {m.partition: m for m in events if m.asset_key.to_user_string() == "dumps"}


def stored(house: House) -> set[str]:
    with Store(house.folder / "store.duckdb") as store:
        return {location.rsplit("/", 1)[1] for location in store.query("known_dumps")["location"]}


@pytest.fixture(scope="module")
def snapshot(sample, tmp_path_factory) -> Snapshot:
    """Three dumps, taken in by one run."""

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
    house.instance.add_dynamic_partitions("dumps", house.names)
    return house


def test_each_dump_tells_what_it_holds(filled):
    result = filled.launch(*INGESTION, files=filled.names[:1])
    events = {
        (e.asset_key.to_user_string(), e.materialization.partition): e.materialization
        for e in result.get_asset_materialization_events()
    }
    assert set(events) == {(asset, partition) for asset in INGESTION for partition in (filled.names[0], None)}
    told = events["dumps", filled.names[0]].metadata
    assert told["outcome"].value == "unchanged"
    assert told["lines"].value > told["records"].value > 0
    assert len(told["dump_id"].value) == 32
    assert events["records", filled.names[0]].metadata["dagster/partition_row_count"].value == told["records"].value


def test_a_changed_file_replaces_its_dump_and_an_identical_one_changes_nothing(filled, sample):
    one, two, _ = filled.names
    filled.add_dump(one, sample.dumps[one] + "\n")
    filled.add_dump(two, sample.dumps[two])
    assert outcomes(filled.launch(*INGESTION, files=[one, two])) == {one: "replaced", two: "unchanged"}
    assert stored(filled) == set(filled.names)


def test_a_removed_file_is_reported_and_its_dump_stays(filled):
    gone = filled.names[1]
    (filled.folder / "dumps" / gone).unlink()
    result = filled.launch(*INGESTION, files=filled.names)
    assert outcomes(result)[gone] == "removed"
    assert stored(filled) == set(filled.names)
    told = of_dumps(result)[None].metadata
    assert told["files_removed"].value == 1
    assert gone in told["removed"].value


def test_a_dump_folder_that_is_a_link_holds_the_same_dumps_and_a_file_removed_there_is_withdrawn(filled):
    (filled.folder / "dumps").rename(filled.folder / "moved")
    (filled.folder / "dumps").symlink_to("moved")
    gone = filled.names[0]
    assert outcomes(filled.launch(*INGESTION, files=filled.names)) == dict.fromkeys(filled.names, "unchanged")
    (filled.folder / "moved" / gone).unlink()
    filled.withdraw_removed = True
    assert outcomes(filled.launch(*INGESTION, files=[gone])) == {gone: "withdrawn"}
    assert stored(filled) == set(filled.names[1:])


def test_a_removed_file_is_withdrawn_where_that_is_wanted_and_may_come_back(filled, sample):
    gone = filled.names[1]
    filled.withdraw_removed = True
    path = filled.folder / "dumps" / gone
    path.unlink()
    assert outcomes(filled.launch(*INGESTION, files=[gone])) == {gone: "withdrawn"}
    assert stored(filled) == set(filled.names) - {gone}
    path.write_text(sample.dumps[gone])
    assert outcomes(filled.launch(*INGESTION, files=[gone])) == {gone: "added"}


def without_a_choice(house: House, **config: object) -> dg.ExecuteInProcessResult:
    """A run of ingestion as the UI starts it where no partition is chosen."""
    return execute(house, {}, **config)


def execute(house: House, tags: dict[str, str], **config: object) -> dg.ExecuteInProcessResult:
    return (
        build_defs(**house.places)
        .resolve_job_def("refresh_warehouse")
        .execute_in_process(
            instance=house.instance,
            raise_on_error=False,
            asset_selection=[dg.AssetKey(name) for name in INGESTION],
            tags=tags,
            run_config={"ops": {"ingestion": {"config": config}}},
        )
    )


def test_without_a_choice_every_dump_is_taken_also_one_that_is_new(filled, sample):
    filled.add_dump("new.csv", sample.dumps[filled.names[0]] + "\n")
    gone = filled.names[1]
    (filled.folder / "dumps" / gone).unlink()
    found = outcomes(without_a_choice(filled))
    assert found == dict.fromkeys(filled.names, "unchanged") | {"new.csv": "added", gone: "removed"}
    assert filled.instance.get_materialized_partitions(dg.AssetKey("records")) == {*filled.names, "new.csv"}


def test_without_a_choice_nothing_is_withdrawn(filled):
    for config in ({"withdraw": True}, {"dump_folder": str(filled.folder / "not mounted")}):
        result = without_a_choice(filled, **config)
        (failure,) = result.filter_events(lambda e: e.is_step_failure)
        told = failure.step_failure_data.user_failure_data.description
        assert "Choose the partitions" in told or "there is no such folder" in told
        assert stored(filled) == set(filled.names)


@pytest.mark.parametrize("last", [0, 2])
def test_partitions_can_be_chosen_in_the_ui(filled, last):
    chosen = filled.names[: last + 1]
    tags = {"dagster/asset_partition_range_start": chosen[0], "dagster/asset_partition_range_end": chosen[-1]}
    result = execute(filled, tags if last else {"dagster/partition": chosen[0]})
    assert outcomes(result) == dict.fromkeys(chosen, "unchanged")
    assert set(of_dumps(result)) == set(chosen)


def test_a_dump_withdrawn_by_hand_stays_withdrawn_until_it_is_readmitted(filled):
    def take(**config: bool) -> str:
        return outcomes(filled.launch(*INGESTION, files=[back], ops={"ingestion": {"config": config}}))[back]

    back = filled.names[2]
    assert take(withdraw=True) == "withdrawn"
    assert take() == "withdrawn"
    assert stored(filled) == set(filled.names) - {back}
    assert take(readmit=True) == "added"


def test_another_folder_can_be_named_for_one_run(filled, tmp_path, sample):
    other = tmp_path / "other"
    other.mkdir()
    (other / "new.txt").write_text(sample.dumps[filled.names[0]] + "\n\n")
    config = {"ingestion": {"config": {"dump_folder": str(other)}}}
    assert outcomes(filled.launch(*INGESTION, files=["new.txt"], ops=config)) == {"new.txt": "added"}
    assert stored(filled) == {*filled.names, "new.txt"}
