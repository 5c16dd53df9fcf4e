"""A Dagster instance, and the project's definitions on temporary places."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from assets.definitions import build_defs
from assets.resources import Papersieve
from pipeline.settings import Settings
from warehouse.refresh import refresh
from warehouse.run import run
from warehouse.store import Store


@dataclass
class House:
    """Definitions on a folder of their own: store.duckdb, papers.duckdb, and dumps/ unless the dumps lie elsewhere."""

    folder: Path
    instance: dg.DagsterInstance
    dumps: Path | None = None

    @property
    def places(self) -> dict[str, str | None]:
        return {
            "dump_folder": str(self.dumps or self.folder / "dumps"),
            "store": str(self.folder / "store.duckdb"),
            "warehouse": str(self.warehouse),
            "settings_file": None,
        }

    @property
    def warehouse(self) -> Path:
        return self.folder / "papers.duckdb"

    @property
    def papersieve(self) -> Papersieve:
        return Papersieve(**self.places)

    def launch(self, *selection: str) -> dg.ExecuteInProcessResult:
        """Run the job, or the named assets of it with their checks; a failure is returned, not raised."""
        job = build_defs(**self.places).resolve_job_def("refresh_warehouse")
        keys = [dg.AssetKey(name) for name in selection] or None
        return job.execute_in_process(instance=self.instance, raise_on_error=False, asset_selection=keys)

    def spoil(self, sql: str) -> None:
        """Change the store behind everyone's back."""
        with duckdb.connect(self.places["store"]) as con:
            con.execute(sql)

    def add_dump(self, name: str, text: str) -> Path:
        path = self.folder / "dumps" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def failed_checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {check.check_name: check for check in result.get_asset_check_evaluations() if not check.passed}


def materialised(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetMaterialization]:
    events = result.get_asset_materialization_events()
    return {e.asset_key.to_user_string(): e.materialization for e in events}


def started(result: dg.ExecuteInProcessResult) -> set[str]:
    """Names of the steps that ran."""
    return {event.step_key for event in result.filter_events(lambda e: e.is_step_start)}


@pytest.fixture
def house(tmp_path):
    with dg.DagsterInstance.ephemeral() as instance:
        yield House(tmp_path, instance)


@pytest.fixture(scope="session")
def half_done(sample, tmp_path_factory) -> Path:
    """A folder whose store is up to date and whose warehouse is of the day before: publishing is pending."""
    folder = tmp_path_factory.mktemp("half_done")
    (folder / "dumps").mkdir()
    for name, text in sample.dumps.items():
        (folder / "dumps" / name).write_text(text, encoding="utf-8")
    dumps = sorted((folder / "dumps").iterdir())
    run(dumps[:-1], store=folder / "store.duckdb", warehouse=folder / "papers.duckdb", settings=Settings())
    with Store(folder / "store.duckdb") as store:
        refresh(store, dumps, Settings())
    return folder


@pytest.fixture
def yesterday(half_done, tmp_path, house) -> House:
    """A copy of `half_done` to spoil. Its dumps stay where they are, so that ingestion finds nothing new."""
    shutil.copy(half_done / "store.duckdb", tmp_path)
    shutil.copy(half_done / "papers.duckdb", tmp_path)
    house.dumps = half_done / "dumps"
    return house
