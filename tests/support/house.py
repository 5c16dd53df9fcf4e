"""The project's Dagster definitions on the places of a test, and the results of running them."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import dagster as dg
import duckdb

from papersieve.assets.definitions import build_defs
from papersieve.assets.resources import Places


@dataclass
class House:
    """Definitions on a folder of their own, with store.duckdb, papers.duckdb, and dumps/ unless `dumps` is given."""

    folder: Path
    instance: dg.DagsterInstance | None = None
    dumps: Path | None = None
    withdraw_removed: bool = False
    lake: Path | None = None

    @property
    def places(self) -> dict[str, Any]:
        return {
            "dump_folder": str(self.dumps or self.folder / "dumps"),
            "store": str(self.folder / "store.duckdb"),
            "warehouse": str(self.warehouse),
            "settings_file": None,
            "withdraw_removed": self.withdraw_removed,
            "notify_command": None,
            "lake": str(self.lake) if self.lake else None,
            "master": "local[2]",
        }

    @property
    def warehouse(self) -> Path:
        return self.folder / "papers.duckdb"

    @property
    def papersieve(self) -> Places:
        return Places(**self.places)

    def launch(self, *selection: str, taking: dict[str, Any] | None = None, **config: Any) -> dg.ExecuteInProcessResult:
        """Run the job, or only the named assets with their checks; a failure is returned, not raised.

        taking: the config of the ingestion. config: other sections of the run's config.
        """
        job = build_defs(**self.places).resolve_job_def("refresh_warehouse")
        keys = [dg.AssetKey(name) for name in selection] or None
        ops = {"ops": {"ingestion": {"config": taking}}} if taking else {}
        return job.execute_in_process(
            instance=self.instance, raise_on_error=False, asset_selection=keys, run_config=config | ops
        )

    def copy_of(self, other: Path) -> Self:
        """Copy the store and the warehouse of another folder; its dumps are used where they are."""
        for name in ("store.duckdb", "papers.duckdb"):
            shutil.copy(other / name, self.folder)
        self.dumps = (other / "dumps").resolve()
        return self

    def spoil(self, sql: str) -> None:
        """Change the store directly by SQL."""
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
    """The names of the steps that ran."""
    return {event.step_key for event in result.filter_events(lambda e: e.is_step_start)}
