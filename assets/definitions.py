"""What Dagster loads: the only module that knows every asset, check, job, schedule and sensor."""

import os

import dagster as dg

from assets.asset_checks import CHECKS, Judging
from assets.automation import below_the_dumps, daily_refresh, dump_folder, refresh_warehouse
from assets.dedup import documents, duplicate_pairs, papers
from assets.dumps import ingestion
from assets.notify import NOTIFICATIONS
from assets.published import warehouse
from assets.resources import Papersieve, RunSettings, default_places


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
