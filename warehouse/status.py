"""What store and warehouse hold, and what a run would have to do."""

from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import PapersieveError
from pipeline.settings import Settings, fingerprint
from warehouse.publish import is_published
from warehouse.refresh import is_pending
from warehouse.run import FUNNEL
from warehouse.stages import STAGES
from warehouse.store import Store, statement_sql


def status(store: Path, warehouse: Path, settings: Settings) -> dict[str, Any]:
    """Keys: store, warehouse, store_version, settings_fingerprint, pending (stages), funnel, unreadable_dumps, publication.

    publication is null where nothing is published. Raises PapersieveError where there is no store.
    """
    if not store.exists():
        raise PapersieveError(
            f"{store}: there is no store. Make one with `papersieve run DUMP…`, or name it with --store."
        )
    with Store(store) as opened:
        measures = dict(opened.query("measure").iter_rows())
        pending = [stage.name for stage in STAGES if is_pending(opened, stage, settings)]
        if not is_published(opened, warehouse, settings):
            pending.append("publish")
        return {
            "store": str(store),
            "warehouse": str(warehouse),
            "store_version": opened.query("store_version").item(),
            "settings_fingerprint": fingerprint(settings.judging()),
            "pending": pending,
            "funnel": {name: int(measures[name]) for name in FUNNEL},
            "unreadable_dumps": opened.query("unreadable_dumps").to_dicts(),
            "publication": _publication(warehouse),
        }


def _publication(warehouse: Path) -> dict[str, Any] | None:
    if not warehouse.exists():
        return None
    try:
        with duckdb.connect(warehouse, read_only=True) as con:
            return con.sql(statement_sql("publication")).pl().to_dicts()[0]
    except duckdb.Error as error:
        raise PapersieveError(
            f"{warehouse}: expected a published papersieve warehouse: {str(error).splitlines()[0]}"
        ) from error
