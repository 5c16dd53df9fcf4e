"""What Dagster loads: the only module that knows every asset, check, job, schedule and sensor."""

import os
from typing import Any

import dagster as dg

from papersieve.assets.asset_checks import stored_checks
from papersieve.assets.automation import FETCH, REFRESH, below_the_dumps, daily_refresh, dump_folder, job
from papersieve.assets.daily_fetch import daily_fetch, fetched_dumps
from papersieve.assets.derived import documents, duplicate_pairs, papers
from papersieve.assets.dumps import ingestion
from papersieve.assets.environment import default_places
from papersieve.assets.notify import notifications
from papersieve.assets.published import warehouse
from papersieve.assets.resources import Places, run_settings


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
