"""The component in another Dagster project: found, scaffolded, loaded, two of them side by side, wrong YAML refused."""

import sys
import tomllib
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml
from dagster.components.component_scaffolding import scaffold_object
from dagster.components.core.package_entry import get_package_objects_in_module

import papersieve
from papersieve.assets.asset_checks import REMEDIES
from papersieve.assets.automation import watched
from papersieve.assets.notify import failed_checks
from papersieve.assets.resources import Places
from papersieve.pipeline.errors import SettingsError

#: Dagster loads YAML with deprecated parts of pydantic and new parts of its own.
pytestmark = pytest.mark.filterwarnings("ignore:`parse_obj_as` is deprecated", "ignore:Parameter `execution_type`")

ROOT = Path(__file__).parents[2]
PROJECT = '[tool.dg]\ndirectory_type = "project"\n[tool.dg.project]\nroot_module = "elsewhere"\n'
NAMES = ("trials", "open-access")
DUMP = "title,abstract,year,venue\nOne title of a few words,{0},2020,{1}\n"


@pytest.fixture
def project(tmp_path, monkeypatch, without_pictures) -> Path:
    """The folder of a project made by `dg init`, with two components made by `dg scaffold`, and a dump for each."""
    folder = tmp_path / "project"
    (folder / "elsewhere/defs").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT)
    for package in ("elsewhere", "elsewhere/defs"):
        (folder / package / "__init__.py").touch()
    for name in NAMES:
        scaffold_object(folder / "elsewhere/defs" / name, "papersieve.Papersieve", None, "yaml", folder)
        dumps = folder / "data" / name / "dumps"
        (dumps / f"{name}.csv").write_text(DUMP.format(f"What {name} say of words. " * 9, name))
    monkeypatch.syspath_prepend(folder)
    yield folder
    for module in [name for name in sys.modules if name.split(".")[0] == "elsewhere"]:
        del sys.modules[module]


def load(project: Path) -> dg.Definitions:
    return dg.load_from_defs_folder(path_within_project=project / "elsewhere")


def change(project: Path, name: str, **attributes: object) -> None:
    path = project / "elsewhere/defs" / name / "defs.yaml"
    told = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump(told | {"attributes": told["attributes"] | attributes}))


def test_dg_finds_the_component_where_the_entry_point_says():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (module,) = project["entry-points"]["dagster_dg_cli.registry_modules"].values()
    assert module == papersieve.__name__
    assert dict(get_package_objects_in_module(papersieve)) == {"Papersieve": papersieve.Papersieve}


def test_what_is_scaffolded_is_short_and_each_field_is_described(project):
    text = (project / "elsewhere/defs/trials/defs.yaml").read_text()
    assert text in (ROOT / "docs/component.md").read_text()
    schema = papersieve.Papersieve.model().model_json_schema()
    assert all(field.get("description") for field in schema["properties"].values())
    assert all(field.get("description") for field in schema["$defs"]["LastingSettings"]["properties"].values())


@pytest.mark.long
def test_two_components_have_nothing_in_common_and_both_publish(project):
    change(
        project,
        "trials",
        settings={"unit": "publication"},
        schedule="30 1 * * *",
        fetch_schedule="0 9 * * 1",
        timezone="Europe/Oslo",
    )
    defs = load(project)
    keys = defs.resolve_asset_graph().get_all_asset_keys()
    assert {key.path[0] for key in keys} == {"trials", "open_access"}
    assert len(keys) == 14
    named = [defs.resolve_asset_graph().get(key).metadata.get("dagster/table_name") for key in keys]
    assert len(set(named) - {None}) == 10, "Dagster links assets whose tables have one name"
    assert {s.name: s.cron_schedule for s in defs.schedules} == {
        "trials__daily_refresh": "30 1 * * *",
        "open_access__daily_refresh": "0 6 * * *",
        "trials__daily_fetch": "0 9 * * 1",
        "open_access__daily_fetch": "30 6 * * *",
    }
    assert [s.execution_timezone for s in defs.schedules] == ["UTC", "UTC", "Europe/Oslo", "Europe/Oslo"]
    with dg.DagsterInstance.ephemeral() as instance:
        for prefix in ("trials", "open_access"):
            result = defs.resolve_job_def(f"{prefix}__refresh_warehouse").execute_in_process(instance=instance)
            assert result.success
            lineage = result.get_asset_materialization_events()[-2].materialization.metadata["dagster/column_lineage"]
            assert {d.asset_key.path[0] for deps in lineage.value.deps_by_column.values() for d in deps} == {prefix}
    for name in NAMES:
        with duckdb.connect(project / "data" / name / "papers.duckdb", read_only=True) as con:
            ((venue, settings),) = con.execute("SELECT venue, settings FROM papers, publication").fetchall()
        assert venue == name
        assert ("publication" in settings) == (name == "trials")


def places(project: Path, name: str) -> Places:
    path = project / "elsewhere/defs" / name / "defs.yaml"
    component = papersieve.Papersieve.resolve_from_dict(yaml.safe_load(path.read_text())["attributes"])
    return component.placed(project, name)


@pytest.mark.long
def test_the_sensor_of_one_does_not_wait_for_the_other_nor_tell_of_its_checks(project):
    trials, others = (places(project, name) for name in NAMES)
    (project / "data/trials/dumps/scan.txt").write_text("%PDF-1.4")
    defs = load(project)
    with dg.DagsterInstance.ephemeral() as instance:
        first = defs.resolve_job_def("trials__refresh_warehouse").execute_in_process(
            instance=instance, asset_selection=[trials.key("dumps"), trials.key("records")]
        )
        assert "unreadable_dumps" in [check["check"] for check in failed_checks(instance, first.run_id, trials)]
        assert failed_checks(instance, first.run_id, others) == []
        running = defs.resolve_job_def("trials__refresh_warehouse")
        instance.create_run_for_job(running, status=dg.DagsterRunStatus.STARTED)
        cursor, asked = None, {}
        for _ in range(2):
            for those in (trials, others):
                with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
                    asked[those.key_prefix] = watched(context, those)
            cursor = asked["open_access"].cursor
        assert "waiting for run" not in str(asked["open_access"].skip_reason)
        assert len(asked["open_access"].run_requests) == 1
        assert not asked["trials"].run_requests


def test_wrong_settings_are_named_with_what_is_expected(project):
    change(project, "trials", settings={"wrong_share": 2.0, "signing": {"bands": 900}})
    with pytest.raises(SettingsError) as refused:
        places(project, "trials")
    assert "wrong_share: expected less than 0.5, found 2.0" in str(refused.value)
    assert str(refused.value).startswith("trials, settings: ")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"unit": "book"}, "settings.unit"), ({"banana": 3}, "settings.banana"), ({"signing": {"bands": "many"}}, "settings.signing.bands")],
)  # fmt: skip
def test_yaml_that_cannot_be_right_is_refused_at_its_place(wrong, where):
    model = papersieve.Papersieve.model()
    required = {"dump_folder": "a", "store": "b", "warehouse": "c"}
    assert model.model_validate(required | {"settings": {"unit": "work"}})
    with pytest.raises(ValueError, match="1 validation error") as refused:
        model.model_validate(required | {"settings": wrong})
    assert ".".join(map(str, refused.value.errors()[0]["loc"])).startswith(where)


def test_messages_name_what_a_project_calls_things(project):
    trials = places(project, "trials")
    (project / "data/trials/dumps/trials.csv").unlink()
    with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance=instance) as context:
        told = watched(context, trials).skip_message
        step = load(project).resolve_job_def("trials__refresh_warehouse")
        failed = step.execute_in_process(instance=instance, raise_on_error=False)
    assert told.endswith("or set `dump_folder` to the folder that holds them.")
    (failure,) = failed.filter_events(lambda event: event.is_step_failure)
    assert failure.step_failure_data.user_failure_data.description == told
    assert "{trials__ingestion: " in trials.renamed(REMEDIES["removed_files"])


def test_paths_begin_at_the_project_and_a_prefix_can_be_chosen(project):
    chosen = papersieve.Papersieve.resolve_from_dict(
        {"dump_folder": "d", "store": "/s", "warehouse": "w", "key_prefix": "medicine"}
    ).placed(project, "trials")
    assert (chosen.dump_folder, chosen.store, chosen.key("papers").path) == (
        str(project / "d"),
        "/s",
        ["medicine", "papers"],
    )
