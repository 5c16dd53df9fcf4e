"""What Dagster loads: the only module that knows every asset, check, job, schedule and sensor."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from papersieve.assets.asset_checks import stored_checks
from papersieve.assets.automation import FETCH, REFRESH, below_the_dumps, daily_refresh, dump_folder, job
from papersieve.assets.daily_fetch import daily_fetch, fetched_dumps
from papersieve.assets.derived import documents, duplicate_pairs, papers
from papersieve.assets.dumps import ingestion
from papersieve.assets.notify import notifications
from papersieve.assets.published import warehouse
from papersieve.assets.resources import Places, run_settings
from papersieve.warehouse.places import resolve_places

_HOME = Path(__file__).resolve().parents[1]

#: The folder of the default places: the repository, whatever folder Dagster is started in, or the current folder if
#: papersieve is installed.
ROOT = _HOME if (_HOME / "pyproject.toml").is_file() else Path.cwd()


def default_places(environ: Mapping[str, str]) -> dict[str, Any]:
    """Fields of `Papersieve` from the environment, by the rules of the command line.

    PAPERSIEVE_DUMPS, PAPERSIEVE_STORE, PAPERSIEVE_WAREHOUSE and PAPERSIEVE_SETTINGS name places. If only one of store
    and warehouse is named, the other is next to it; all other places are in the repository's `data/`.
    PAPERSIEVE_WITHDRAW_REMOVED=1, PAPERSIEVE_NOTIFY=PROGRAM, PAPERSIEVE_LAKE, PAPERSIEVE_MASTER, PAPERSIEVE_SCHEDULE,
    PAPERSIEVE_FETCH_SCHEDULE and PAPERSIEVE_TIMEZONE set the other fields.
    """
    variables = ("PAPERSIEVE_DUMPS", "PAPERSIEVE_STORE", "PAPERSIEVE_WAREHOUSE", "PAPERSIEVE_SETTINGS")
    given = {name: environ[name] for name in variables if environ.get(name)}
    named = {name: Path(path).expanduser().absolute() for name, path in given.items()}
    store, warehouse = resolve_places(named.get("PAPERSIEVE_STORE"), named.get("PAPERSIEVE_WAREHOUSE"))
    settings_file = named.get("PAPERSIEVE_SETTINGS")
    others = ("schedule", "fetch_schedule", "timezone")
    set_here = {name: value for name in others if (value := environ.get(f"PAPERSIEVE_{name.upper()}"))}
    return set_here | {
        "dump_folder": str(named.get("PAPERSIEVE_DUMPS", ROOT / "data" / "dumps")),
        "store": str(ROOT / store),
        "warehouse": str(ROOT / warehouse),
        "settings_file": str(settings_file) if settings_file else None,
        "withdraw_removed": environ.get("PAPERSIEVE_WITHDRAW_REMOVED") == "1",
        "notify_command": environ.get("PAPERSIEVE_NOTIFY") or None,
        "lake": environ.get("PAPERSIEVE_LAKE") or None,
        "master": environ.get("PAPERSIEVE_MASTER") or "local[*]",
    }


def definitions_of(places: Places) -> dg.Definitions:
    """All definitions for these places. A project can have several, each with its own key_prefix."""
    assets = [make(places) for make in (ingestion, documents.on, duplicate_pairs.on, papers.on, warehouse)]
    selection = dg.AssetSelection.assets(*assets)
    fetched = fetched_dumps(places)
    refreshing = job(places, REFRESH, selection)
    fetching = job(places, FETCH, selection | dg.AssetSelection.assets(fetched))
    return dg.Definitions(
        assets=[fetched, *assets],
        asset_checks=stored_checks(places),
        jobs=[refreshing, fetching],
        schedules=[daily_refresh(places, refreshing), daily_fetch(places, fetching)],
        sensors=[dump_folder(places, refreshing), below_the_dumps(places, selection), *notifications(places)],
        resources={places.named("settings"): run_settings(places)},
    )


def build_defs(**places: Any) -> dg.Definitions:
    """The definitions of this repository. Fields of `Places` that are not given come from the environment."""
    # Runs of single assets use one process too: one process per step takes five times as long.
    executor = dg.Definitions(executor=dg.in_process_executor)
    return dg.Definitions.merge(definitions_of(Places(**(default_places(os.environ) | places))), executor)


defs = build_defs()
