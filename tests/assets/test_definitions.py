"""What Dagster loads, in each of the ways in which people start it."""

import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from papersieve.assets.asset_checks import ASSET_OF_MEASURE, ASSET_OF_TABLE
from papersieve.assets.definitions import build_defs, default_places
from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.thresholds import THRESHOLDS
from papersieve.warehouse.published.check_files import checks as sql_checks
from tests.support.check_page import checks_page

ROOT = Path(__file__).parents[2]

ASSETS = {"fetched_dumps", "dumps", "records", "documents", "duplicate_pairs", "papers", "warehouse"}
STORED_CHECKS = {
    "fetched_dumps": ["every_source_answered"],
    "dumps": [
        "dumps_contract",
        "line_spans_contract",
        "notices_contract",
        "rejected_line_share",
        "rejected_lines_contract",
        "removed_files",
        "unreadable_dumps",
    ],
    "records": ["held_back_dumps", "quarantined_share", "quarantined_share_of_each_dump", "records_contract"],
    "documents": ["block_keys_contract", "documents_contract"],
    "duplicate_pairs": ["hot_buckets", "pairs_contract"],
    "papers": [
        "duplicate_share",
        "duplicate_share_drift",
        "every_stage_is_complete",
        "largest_paper_records",
        "nothing_is_mixed",
        "paper_lineage_contract",
        "papers_come_out_the_same",
        "papers_contract",
        "records_drift",
    ],
}


def asset_graph():
    return build_defs().resolve_asset_graph()


def test_the_assets_and_their_checks_are_these():
    graph = asset_graph()
    found = {}
    for key in graph.asset_check_keys:
        found.setdefault(key.asset_key.to_user_string(), []).append(key.name)
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} == ASSETS
    assert {asset: sorted(names) for asset, names in found.items()} == STORED_CHECKS | {
        "warehouse": sorted(check.name for check in sql_checks())
    }


def test_every_check_looks_at_an_asset_that_exists():
    graph = asset_graph()
    assert {key.asset_key for key in graph.asset_check_keys} <= set(graph.get_all_asset_keys())


def test_every_contract_and_every_threshold_is_checked():
    assert set(CONTRACTS) == set(ASSET_OF_TABLE)
    assert set(THRESHOLDS) == set(ASSET_OF_MEASURE)


def test_the_catalogue_is_that_of_the_checks():
    assert checks_page() == (ROOT / "docs/checks.md").read_text(encoding="utf-8"), (
        "write it anew: python -m tests.shown"
    )


def test_each_asset_depends_on_the_one_before():
    graph = asset_graph()
    parents = {
        key.to_user_string(): {p.to_user_string() for p in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }
    assert parents == {
        "fetched_dumps": set(),
        "dumps": {"fetched_dumps"},
        "records": {"dumps"},
        "documents": {"dumps", "records"},
        "duplicate_pairs": {"documents"},
        "papers": {"duplicate_pairs"},
        "warehouse": {"papers"},
    }


def test_everything_waits_for_the_one_writer():
    """The store has one writer, and a step without the pool could open it at the same time as another run's step."""
    for definition in (*build_defs().assets, *build_defs().asset_checks):
        if definition.op.name != "fetched_dumps":  # this one only writes files
            assert definition.op.pool == "warehouse", definition


def test_automation_is_on_in_a_fresh_install():
    defs = build_defs()
    assert {s.name: s.default_status for s in defs.schedules} == dict.fromkeys(
        ("daily_refresh", "daily_fetch"), dg.DefaultScheduleStatus.RUNNING
    )
    sensors = ("dump_folder", "below_the_dumps", "tell_failed_checks", "tell_warnings")
    assert {s.name: s.default_status for s in defs.sensors} == dict.fromkeys(sensors, dg.DefaultSensorStatus.RUNNING)


def test_what_is_below_the_dumps_follows_them_and_is_to_be_fresh():
    graph = asset_graph()
    nodes = {key.to_user_string(): graph.get(key) for key in graph.get_all_asset_keys()}
    below = ASSETS - {"fetched_dumps", "dumps", "records"}
    assert {name for name, node in nodes.items() if node.automation_condition} == below
    assert {name for name, node in nodes.items() if node.freshness_policy} == below
    assert not [name for name, node in nodes.items() if node.partitions_def], "Materialize all is one run"


def test_every_asset_says_what_it_is():
    graph = asset_graph()
    stages = {graph.get(key).tags["stage"] for key in graph.get_all_asset_keys()}
    assert stages == {"dumps", "records", "duplicates", "papers", "warehouse"}
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description.endswith(".")
        assert node.owners == ["team:papersieve"]
        assert ("duckdb" in node.kinds) == (key.to_user_string() != "fetched_dumps")
        assert node.code_version
        assert node.group_name == "papersieve"


def test_places_follow_the_environment_as_the_command_line_does(tmp_path, monkeypatch):
    assert default_places({}) == {
        "dump_folder": str(ROOT / "data/dumps"),
        "store": str(ROOT / "data/store.duckdb"),
        "warehouse": str(ROOT / "data/papersieve.duckdb"),
        "settings_file": None,
        "withdraw_removed": False,
        "notify_command": None,
        "lake": None,
        "master": "local[*]",
    }
    monkeypatch.chdir(tmp_path)
    named = default_places(
        {"PAPERSIEVE_DUMPS": "in", "PAPERSIEVE_STORE": "a.duckdb", "PAPERSIEVE_WAREHOUSE": "", "PAPERSIEVE_SETTINGS": "s.toml",
         "PAPERSIEVE_WITHDRAW_REMOVED": "1", "PAPERSIEVE_NOTIFY": "mail -s papers me",
         "PAPERSIEVE_LAKE": "hdfs:///lake",
         "PAPERSIEVE_MASTER": "spark://host:7077", "PAPERSIEVE_FETCH_SCHEDULE": "0 7 * * *"}
    )  # fmt: skip
    assert named == {
        "dump_folder": str(tmp_path / "in"),
        "store": str(tmp_path / "a.duckdb"),
        "warehouse": str(tmp_path / "a.warehouse.duckdb"),
        "settings_file": str(tmp_path / "s.toml"),
        "withdraw_removed": True,
        "notify_command": "mail -s papers me",
        "lake": "hdfs:///lake",
        "master": "spark://host:7077",
        "fetch_schedule": "0 7 * * *",
    }


def test_the_workspace_names_the_location_as_dg_does():
    (entry,) = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]
    assert entry["python_file"]["location_name"] == "papersieve"
    assert (ROOT / entry["python_file"]["relative_path"]).is_file()
    assert 'code_location_name = "papersieve"' in (ROOT / "pyproject.toml").read_text()


def test_dagster_accepts_the_instance(tmp_path):
    shutil.copy(ROOT / "dagster_home/dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1
        # Otherwise a killed run keeps its place in the pool, and all later runs wait in the queue for ever.
        assert instance.run_monitoring_settings["free_slots_after_run_end_seconds"] == 60


@pytest.mark.long
def test_dg_loads_the_definitions(tmp_path):
    shutil.copy(ROOT / "dagster_home/dagster.yaml", tmp_path)
    dg_command = Path(sys.executable).with_name("dg")
    done = subprocess.run(
        [dg_command, "check", "defs"],
        cwd=ROOT,
        env={"DAGSTER_HOME": str(tmp_path), "PATH": str(dg_command.parent), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All definitions loaded successfully" in done.stdout + done.stderr
