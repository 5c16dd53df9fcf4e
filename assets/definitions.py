"""What Dagster loads: the only module that knows every asset, check, job, schedule and sensor."""

import os
from typing import Any

import dagster as dg

from papersieve.assets.asset_checks import CHECKS, Judging
from papersieve.assets.automation import below_the_dumps, daily_refresh, dump_folder, refresh_warehouse
from papersieve.assets.daily_fetch import daily_fetch, fetch_and_refresh, fetched_dumps
from papersieve.assets.derived import documents, duplicate_pairs, papers
from papersieve.assets.dumps import ingestion
from papersieve.assets.notify import NOTIFICATIONS
from papersieve.assets.published import warehouse
from papersieve.assets.resources import Papersieve, default_places, run_settings


def build_defs(**places: Any) -> dg.Definitions:
    """Everything, on these places: fields of `Papersieve`; those not given are as the environment names them."""
    papersieve = Papersieve(**(default_places(os.environ) | places))
    return dg.Definitions(
        assets=[fetched_dumps, ingestion, documents, duplicate_pairs, papers, warehouse],
        asset_checks=CHECKS,
        jobs=[refresh_warehouse, fetch_and_refresh],
        schedules=[daily_refresh, daily_fetch],
        sensors=[dump_folder, below_the_dumps, *NOTIFICATIONS],
        resources={
            "papersieve": papersieve,
            "settings": run_settings(papersieve.settings_file),
            "judging": Judging(),
        },
        # polars and DuckDB use every core already, and a process a step costs five times the time.
        executor=dg.in_process_executor,
    )


defs = build_defs()
