"""What store and warehouse hold, and which stages the next run would do."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from papersieve.pipeline.settings import Settings, fingerprint
from papersieve.warehouse.funnel import FUNNEL
from papersieve.warehouse.published.in_place import is_published
from papersieve.warehouse.published.reader import open_warehouse, read_publication
from papersieve.warehouse.published.rollback import is_held
from papersieve.warehouse.published.versions import kept_versions
from papersieve.warehouse.sql import ask_rows
from papersieve.warehouse.store.stage_states import pending_stages
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import existing


def status(store: Path, warehouse: Path, settings: Settings) -> dict[str, Any]:
    """Keys: store, warehouse, store_version, settings_fingerprint, pending (stages), funnel, unreadable_dumps,
    held_back_dumps, withdrawn_dumps, publication, is_held (by a rollback), kept_versions (revisions that can be
    restored).

    publication is null if nothing is published. Raises PapersieveError if there is no store.
    """
    with Store(existing(store)) as opened:
        measures = {row["measure"]: row["value"] for row in opened.ask_rows("measure")}
        pending = pending_stages(opened, settings)
        if not is_published(opened, warehouse, settings):
            pending.append("publish")
        return {
            "store": str(store),
            "warehouse": str(warehouse),
            "store_version": opened.value("store_version"),
            "settings_fingerprint": fingerprint(settings.papers_depend_on()),
            "pending": pending,
            "funnel": {name: int(measures[name]) for name in FUNNEL},
            "unreadable_dumps": opened.ask_rows("unreadable_dumps"),
            "held_back_dumps": opened.ask_rows("held_back_dumps"),
            "withdrawn_dumps": [row["dump_id"] for row in opened.ask_rows("withdrawn_dumps")],
            "publication": _publication(warehouse),
            "is_held": is_held(warehouse),
            "kept_versions": list(kept_versions(warehouse).values()),
        }


def _publication(warehouse: Path) -> dict[str, Any] | None:
    if found := read_publication(warehouse):
        return asdict(found)
    if not warehouse.exists():
        return None
    with open_warehouse(warehouse) as con:  # raises an error that says what is wrong with the file
        return next(iter(ask_rows(con, "publication")), None)
