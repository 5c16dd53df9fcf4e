"""A run of the whole job: the same tables as the command line, numbers and checks on every asset's page."""

import logging
import re
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from papersieve.assets.asset_checks import SAMPLE, STORED
from papersieve.assets.derived import told_of_run
from papersieve.assets.metadata import column_schema
from papersieve.assets.resources import Places, RunSettings, run_settings
from papersieve.checks.contracts import CONTRACTS
from papersieve.pipeline.settings import SECTIONS, Settings
from papersieve.warehouse.published.check_files import checks as sql_checks
from papersieve.warehouse.published.versions import folder_of
from papersieve.warehouse.run import run
from tests.support.house import House, failed_checks, materialised, started

#: The stored table that each asset fills.
TABLES = {
    "dumps": "dumps",
    "records": "records",
    "documents": "documents",
    "duplicate_pairs": "pairs",
    "papers": "papers",
}


@pytest.fixture(scope="module")
def refreshed(sample, tmp_path_factory):
    """A house after two runs of the job on sample dumps and two files that are not dumps, with the runs' results."""
    with dg.DagsterInstance.ephemeral() as instance:
        house = House(tmp_path_factory.mktemp("refreshed"), instance)
        for name, text in sample.dumps.items():
            house.add_dump(name, text)
        house.add_dump("empty.txt", " \n")
        house.add_dump("scan.txt", "%PDF-1.4")
        yield house, house.launch(), house.launch()


def published(warehouse: Path) -> dict[str, pl.DataFrame]:
    with duckdb.connect(warehouse, read_only=True) as con:
        names = [name for (name,) in con.execute("SHOW TABLES").fetchall()]
        frames = {name: con.sql(f'FROM "{name}" ORDER BY ALL').pl() for name in names}
    # Times and random ids are not part of the result.
    return {
        name: frame.select(c for c in frame.columns if not c.endswith("_at") and c != "revision_id")
        for name, frame in frames.items()
    }


@pytest.mark.long
def test_the_job_publishes_what_the_command_line_publishes(refreshed, tmp_path):
    house, first, _ = refreshed
    assert first.success
    run(
        [Path(house.places["dump_folder"])],
        store=tmp_path / "store.duckdb",
        warehouse=tmp_path / "papers.duckdb",
        settings=Settings(),
    )
    by_dagster, by_command_line = published(house.warehouse), published(tmp_path / "papers.duckdb")
    assert set(by_dagster) == set(by_command_line) >= {"papers", "duplicate_pairs", "review_pairs", "unreadable_dumps"}
    for name, frame in by_command_line.items():
        of_both = by_dagster[name]
        if name == "check_results":  # the checks of the store are Dagster's
            of_both = of_both.filter(pl.col("scope") != "store")
        assert_frame_equal(of_both, frame, check_row_order=False)
    assert by_dagster["papers"].height > 50


def test_the_log_of_each_step_says_what_it_did(refreshed):
    house, first, second = refreshed
    for result in (first, second):
        lines = {
            entry.step_key: entry.user_message
            for entry in house.instance.all_logs(result.run_id)
            if entry.dagster_event is None and entry.level == logging.INFO
        }
        assert set(lines) == started(result)
        assert all(re.search(r"[a-z] \d", line) for line in lines.values())
    assert lines["papers"].startswith("nothing to do: papers ")
    assert lines["dumps_checks"].endswith("warnings 1, errors 0: unreadable_dumps")
    assert re.match(r"this run: unchanged \d+, unreadable 2; the store: dumps \d+", lines["ingestion"])


def test_every_asset_tells_its_size_and_its_numbers(refreshed):
    house, first, _ = refreshed
    told = {asset: {k: v.value for k, v in m.metadata.items()} for asset, m in materialised(first).items()}
    with duckdb.connect(house.places["store"], read_only=True) as con:
        for asset in ("dumps", "records", "documents", "papers"):
            assert told[asset]["dagster/row_count"] == con.table(asset).shape[0] > 0
        assert told["duplicate_pairs"]["dagster/row_count"] == con.table("pairs").shape[0] > 0
    assert told["dumps"]["dagster/uri"] == Path(house.places["store"]).as_uri()
    assert told["warehouse"]["dagster/uri"] == house.warehouse.as_uri()
    assert told["dumps"]["files_added"] == told["dumps"]["dagster/row_count"]
    assert told["records"]["quarantined"] > 0
    assert told["papers"]["repeated_papers"] > 0
    assert "| match |" in told["duplicate_pairs"]["judgements"]
    assert told["papers"]["most repeated"].startswith("| title | record_count |")
    assert told["warehouse"]["papers"] == told["papers"]["dagster/row_count"]
    assert f"| papers | {told['warehouse']['papers']} | One row per paper |" in told["warehouse"]["tables"]
    assert told["warehouse"]["size_bytes"] == house.warehouse.stat().st_size


def test_pages_show_pictures_and_a_run_with_nothing_to_do_carries_them_over(refreshed):
    _, first, second = refreshed
    drawn = {
        "duplicate_pairs": ["scores"],
        "papers": ["sizes"],
        "warehouse": ["funnel", "overlap", "publication dates"],
    }
    for asset, names in drawn.items():
        for name in names:
            shown = materialised(first)[asset].metadata[name].value
            assert shown.startswith("![")
            assert materialised(second)[asset].metadata[name].value == shown
    assert "records of one paper**" in materialised(first)["papers"].metadata["largest papers"].value


def test_every_asset_shows_the_query_that_shows_it_and_it_has_an_answer(refreshed):
    house, first, _ = refreshed
    with duckdb.connect(house.warehouse, read_only=True) as con:
        for asset, told in materialised(first).items():
            sql = told.metadata["shown by"].value.split("```")[1].removeprefix("sql")
            assert con.sql(sql).shape[0] > 0, asset


def test_columns_are_those_that_can_be_queried(refreshed):
    house, _, _ = refreshed
    with duckdb.connect(house.warehouse, read_only=True) as con:
        for asset in ("dumps", "records", "duplicate_pairs", "papers"):
            published = con.table(asset)
            kinds = [str(kind).lower() for kind in published.types]
            shown = {column.name: column for column in column_schema(CONTRACTS[TABLES[asset]]).columns}
            assert {name: column.type for name, column in shown.items()} == dict(
                zip(published.columns, kinds, strict=True)
            )
            assert all(column.description for column in shown.values())


def test_numbers_are_rounded_and_none_is_told_twice(refreshed):
    _, first, _ = refreshed
    for asset, told in materialised(first).items():
        values = {name: entry.value for name, entry in told.metadata.items()}
        assert asset not in values or values[asset] != values["dagster/row_count"]
        assert all(
            len(f"{value:g}") == len(str(value).removesuffix(".0")) <= 8
            for value in values.values()
            if isinstance(value, float)
        )
        assert ("settings" in values) == (asset == "warehouse")


def test_lineage_names_columns_that_are_there_and_every_column_that_is_derived(refreshed):
    _, first, _ = refreshed
    columns = {
        asset: {column.name for column in column_schema(CONTRACTS[table]).columns} for asset, table in TABLES.items()
    }
    columns["duplicate_pairs"] -= {"settings_fingerprint"}
    for asset in ("documents", "duplicate_pairs", "papers"):
        assert set(materialised(first)[asset].metadata["dagster/column_lineage"].value.deps_by_column) == columns[asset]
    for asset, told in materialised(first).items():
        if entry := told.metadata.get("dagster/column_lineage"):
            for column, sources in entry.value.deps_by_column.items():
                assert column in columns[asset]
                assert all(s.column_name in columns[s.asset_key.to_user_string()] for s in sources)


@pytest.mark.long
def test_a_version_that_is_held_by_a_rollback_stays(yesterday):
    before = yesterday.warehouse.read_bytes()
    folder_of(yesterday.warehouse).mkdir(exist_ok=True)
    (folder_of(yesterday.warehouse) / "held").touch()
    result = yesterday.launch()
    assert result.success
    assert materialised(result)["warehouse"].metadata["is_held"].value
    assert yesterday.warehouse.read_bytes() == before


def test_before_the_first_dump_nothing_is_published_and_the_step_says_so(house):
    result = house.launch()
    (failure,) = result.filter_events(lambda e: e.is_step_failure)
    assert failure.step_key == "ingestion"
    assert "no such folder" in failure.step_failure_data.user_failure_data.description
    assert not house.warehouse.exists()


def test_a_dump_that_cannot_be_read_is_seen_and_stops_nothing(refreshed):
    _, first, _ = refreshed
    assert first.success
    seen = materialised(first)["dumps"].metadata
    assert seen["files_unreadable"].value == 2
    assert "| empty.txt | unreadable |" in seen["files"].value
    assert "| scan.txt | unreadable |" in seen["files"].value
    check = failed_checks(first)["unreadable_dumps"]
    assert check.severity is dg.AssetCheckSeverity.WARN
    assert check.metadata["value"].value == 2


def test_every_check_is_evaluated_and_only_warnings_fail(refreshed):
    _, first, second = refreshed
    for result in (first, second):
        names = {check.check_name for check in result.get_asset_check_evaluations()}
        assert {check.name for check in sql_checks()} <= names
        assert names == {check.name for check in [*STORED, SAMPLE]} | {c.name for c in sql_checks()}
        failed = failed_checks(result).values()
        assert {check.severity for check in failed} == {dg.AssetCheckSeverity.WARN}
        assert all(check.description for check in failed)  # what to do about it


def test_a_run_with_nothing_to_do_does_nothing(refreshed):
    _, first, second = refreshed
    assert second.success
    for asset in ("documents", "duplicate_pairs", "papers", "warehouse"):
        assert materialised(first)[asset].metadata["was_pending"].value
        assert not materialised(second)[asset].metadata["was_pending"].value
    assert materialised(second)["dumps"].metadata["files_added"].value == 0


def test_nothing_looks_stale_after_a_run_with_nothing_to_do(refreshed):
    _, first, second = refreshed
    versions = [{a: m.tags["dagster/data_version"] for a, m in materialised(r).items()} for r in (first, second)]
    assert versions[0] == versions[1]


@pytest.mark.long
def test_an_asset_that_would_skip_a_stage_is_refused(house, sample):
    """A stage that used the tables of an older version would be noted as complete, and miss the new dumps forever."""
    names = sorted(sample.dumps)[:2]
    for name in names[:-1]:
        house.add_dump(name, sample.dumps[name])
    places = {"store": house.folder / "store.duckdb", "warehouse": house.warehouse}
    run([house.folder / "dumps"], **places, settings=Settings())
    house.add_dump(names[-1], sample.dumps[names[-1]])
    assert house.launch("dumps", "records").success
    for asset in ("duplicate_pairs", "warehouse"):
        refused = house.launch(asset)
        assert not refused.success
        (failure,) = refused.filter_events(lambda e: e.is_step_failure)
        assert "the assets from `documents` on" in failure.step_failure_data.user_failure_data.description
    assert house.launch().success
    with duckdb.connect(house.warehouse, read_only=True) as con:
        assert con.table("dumps").shape[0] == len(names)


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark", "ignore::ResourceWarning")
@pytest.mark.usefixtures("session")
def test_on_a_lake_the_assets_are_computed_by_spark_and_publish_the_same(house, sample, tmp_path):
    for name in sorted(sample.dumps)[:3]:
        house.add_dump(name, sample.dumps[name])
    house.lake = tmp_path / "lake"
    assert house.launch().success
    assert list(house.lake.glob("*/documents/dump=*"))
    run(
        [house.folder / "dumps"],
        store=tmp_path / "other.duckdb",
        warehouse=tmp_path / "local.duckdb",
        settings=Settings(),
    )
    expected, found = published(tmp_path / "local.duckdb"), published(house.warehouse)
    for name in ("papers", "records", "paper_lineage", "duplicate_pairs", "hot_buckets"):
        assert found[name].equals(expected[name]), name


def places(settings_file: Path | None = None) -> Places:
    """Places whose settings alone matter."""
    return Places(dump_folder="", store="", warehouse="", settings_file=settings_file and str(settings_file))


def test_the_settings_of_a_run_go_over_those_of_the_file(tmp_path):
    assert RunSettings().over(places()) == Settings()
    (tmp_path / "settings.toml").write_text('wrong_share = 0.5e-2\nunit = "publication"\n[matching]\nbucket_cap = 7')
    chosen = RunSettings(wrong_share=0.25).over(places(tmp_path / "settings.toml"))
    assert (chosen.matching.bucket_cap, chosen.wrong_share, chosen.unit) == (7, 0.25, "publication")


def test_every_setting_can_be_given_to_a_run():
    assert set(RunSettings.model_fields) == Settings.model_fields.keys() - {"fetch", "reading"}
    for name, section in SECTIONS.items():
        if name not in ("fetch", "reading"):
            assert section.model_fields.keys() == RunSettings.model_fields[name].annotation.model_fields.keys()
    given = {"unit": "publication", "signing": {"bands": 20}, "operation": {"memory_limit": "1GB"}}
    chosen = RunSettings(**given).over(places())
    assert (chosen.unit, chosen.signing.bands, chosen.operation.memory_limit) == ("publication", 20, "1GB")


def test_settings_that_cannot_be_used_are_refused_before_there_is_a_run(house):
    house.add_dump("one.txt", "some text")
    with pytest.raises(dg.DagsterInvalidConfigError) as refused:
        house.launch(resources={"settings": {"config": {"signing": {"bands": 100}, "wrong_share": 2.0}}})
    assert "the run's config, resources.settings" in str(refused.value)
    assert "wrong_share: expected less than 0.5, found 2.0" in str(refused.value)
    assert not house.instance.get_runs()
    assert not Path(house.places["store"]).exists()


def test_settings_of_a_run_are_judged_together_with_those_of_the_file(tmp_path):
    """The num_perm of the file allows a bands × rows_per_band that the default would not allow."""
    (tmp_path / "settings.toml").write_text("[signing]\nnum_perm = 500")
    given = {"config": {"signing": {"bands": 100}}}
    assert run_settings(places(tmp_path / "settings.toml")).apply_config_mapping(given).success
    with pytest.raises(dg.DagsterInvalidConfigError, match="exceeds num_perm = 200"):
        run_settings(places()).apply_config_mapping(given)


def test_a_foreseen_fault_fails_its_step_with_the_remedy_and_no_trace(yesterday):
    yesterday.spoil("UPDATE stages SET fingerprint = 'other' WHERE stage = 'documents'")
    result = yesterday.launch("papers")
    (failure,) = result.filter_events(lambda e: e.is_step_failure)
    told = failure.step_failure_data
    assert "the assets from `documents` on" in told.user_failure_data.description
    assert "Run `papersieve run DUMP…` first with these settings" in told.user_failure_data.description
    assert told.error.cause is None
    assert told.error.context is None


def test_a_unit_that_is_none_is_refused_before_a_run_begins(house):
    with pytest.raises(dg.DagsterInvalidConfigError, match="unit not in enum type unit got book"):
        house.launch(resources={"settings": {"config": {"unit": "book"}}})


@pytest.mark.long
def test_another_setting_says_that_it_derives_anew_and_readers_get_what_it_gives(yesterday):
    """The store was made with the defaults; only this run has another setting.

    If this run failed, the checks that stop a run on the same store (test_asset_checks.py) would prove nothing.
    """
    before = yesterday.warehouse.read_bytes()
    with duckdb.connect(yesterday.warehouse, read_only=True) as con:  # a reader that has the previous version open
        result = yesterday.launch(resources={"settings": {"config": {"unit": "publication"}}})
        assert result.success
        assert con.table("papers").shape[0] > 0
    told = materialised(result)["duplicate_pairs"].metadata
    assert "unit work -> publication" in told["derived anew"].value
    told = materialised(result)["warehouse"].metadata
    assert told["was_pending"].value
    assert told["settings"].value == "unit publication"
    assert before != yesterday.warehouse.read_bytes()
    assert "the next run without them derives everything again" in told_of_run("X.", {"bands": 1})
    assert told_of_run("X.", {}) == "X."
