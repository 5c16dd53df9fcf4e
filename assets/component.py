"""The component `papersieve.Papersieve`: from a folder of dumps to a warehouse in any Dagster project, in a few lines
of YAML.
"""

import re
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import BaseModel

from papersieve.assets.resources import Places
from papersieve.assets.store_access import OWNERS


class NewComponent(dg.Scaffolder[Any]):
    """Writes a defs.yaml that works unchanged."""

    def scaffold(self, request: dg.ScaffoldRequest[Any]) -> None:
        """Put all places into a folder with the name of the component, so that two components share nothing."""
        folder = f"data/{request.target_path.name}"
        places = {name: f"{folder}/{name}" for name in ("dumps", "store.duckdb", "papers.duckdb")}
        attributes = dict(zip(("dump_folder", "store", "warehouse"), places.values(), strict=True))
        rest = {"schedule": "0 6 * * *", "settings": {"unit": "work", "wrong_share": 0.001}}
        dg.scaffold_component(request, attributes | rest)
        if request.project_root:
            (request.project_root / places["dumps"]).mkdir(parents=True, exist_ok=True)


@dg.scaffold_with(NewComponent)
class Papersieve(dg.Component, dg.Resolvable, Places):
    """Turns overlapping listings of research papers into one DuckDB warehouse of distinct papers.

    Adds seven assets (fetched_dumps, dumps, records, documents, duplicate_pairs, papers, warehouse) with their
    checks, a job that reads the dump folder and one that fetches first, a schedule for each, a sensor that watches the
    dump folder and one that refreshes the assets below `dumps`.

    Relative paths start at the project's folder. Assets, jobs, schedules and sensors are named after the folder of
    this component (defs/trials: the asset trials/papers, the job trials__refresh_warehouse), or by `key_prefix`.
    """

    @classmethod
    def get_spec(cls) -> dg.ComponentTypeSpec:
        """What `dg` shows in addition to the docstring."""
        return dg.ComponentTypeSpec(
            description="Turns overlapping listings of research papers into one DuckDB warehouse of distinct papers.",
            owners=OWNERS,
            tags=["duckdb", "polars", "deduplication"],
            produces=["asset", "asset_check", "job", "schedule", "sensor", "resource"],
        )

    @classmethod
    def model(cls) -> type[BaseModel]:
        """The fields that YAML may have. The model that Dagster would derive has no descriptions, and can't say which
        setting is wrong.
        """
        return Places

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """All definitions for these places, as in papersieve's own project."""
        from papersieve.assets.definitions import definitions_of

        return definitions_of(self.placed(context.project_root, context.path.name))

    def placed(self, root: Path, folder: str) -> Places:
        """These places with absolute paths and a prefix. Raises SettingsError if a setting can't be used."""
        paths = {name: getattr(self, name) for name in ("dump_folder", "store", "warehouse", "settings_file")}
        told = {name: str(root / Path(path).expanduser()) for name, path in paths.items() if path}
        prefix = re.sub(r"\W", "_", folder) if self.key_prefix is None else self.key_prefix
        placed = Places(**{**dict(self), **told, "key_prefix": prefix})
        placed.base_settings()
        return placed
