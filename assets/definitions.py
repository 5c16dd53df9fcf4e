"""What Dagster loads: the only module that knows every asset, check, job, schedule and sensor."""

import os

import dagster as dg

from papersieve.assets.asset_checks import CHECKS, Judging
from papersieve.assets.automation import below_the_dumps, daily_refresh, dump_folder, refresh_warehouse
from papersieve.assets.derived import documents, duplicate_pairs, papers
from papersieve.assets.dumps import ingestion
from papersieve.assets.notify import NOTIFICATIONS
from papersieve.assets.published import warehouse
from papersieve.assets.resources import Papersieve, RunSettings, default_places


def build_defs(**places: str | None) -> dg.Definitions:
    """Everything, on these places: fields of `Papersieve`; those not given are as the environment names them."""
    return dg.Definitions(
        assets=[ingestion, documents, duplicate_pairs, papers, warehouse],
        asset_checks=CHECKS,
        jobs=[refresh_warehouse],
        schedules=[daily_refresh],
        sensors=[dump_folder, below_the_dumps, *NOTIFICATIONS],
        resources={
            "papersieve": Papersieve(**(default_places(os.environ) | places)),
            "settings": RunSettings(),
            "judging": Judging(),
        },
        # polars and DuckDB use every core already, and a process a step costs five times the time.
        executor=dg.in_process_executor,
    )


defs = build_defs()
