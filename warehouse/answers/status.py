"""What store and warehouse hold, and what a run would have to do."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from papersieve.pipeline.extract.places.address import Place
from papersieve.pipeline.extract.places.fetch import fetched
from papersieve.pipeline.settings import Settings, fingerprint
from papersieve.warehouse.files import real_place
from papersieve.warehouse.published.owner import refuse_other_owner, refuse_place
from papersieve.warehouse.published.publish import is_published
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.published.rollback import is_held
from papersieve.warehouse.published.versions import kept_versions, refuse_foreign
from papersieve.warehouse.run import FUNNEL
from papersieve.warehouse.sql import ask
from papersieve.warehouse.store.ingest import foresee
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import existing, is_there
from papersieve.warehouse.store.store_stages import STAGES
from papersieve.warehouse.store.update import pending_stages, rederivation


def plan(
    paths: Iterable[Place],
    store: Path,
    warehouse: Path,
    settings: Settings,
    *,
    wait_seconds: float = 0,
    is_new: bool = False,
    take_over: bool = False,
) -> dict[str, Any]:
    """What a run would do, without doing it: outcomes (name, location, outcome, …) and the stages that would work.

    Raises what the run would raise before it works: StoreError where store and warehouse are not each other's.
    """
    refuse_place(real_place(store), warehouse, is_new=is_new)
    refuse_foreign(warehouse)
    with (
        TemporaryDirectory() as folder,  # the outcomes are those of an empty store, where there is none yet
        fetched(paths, settings.reading) as files,
        Store(store if is_there(store) else Path(folder) / "s.duckdb", settings, wait_seconds=wait_seconds) as opened,
    ):
        refuse_other_owner(opened, warehouse, take_over=take_over or is_new)
        outcomes = foresee(opened, files, settings.reading)
        changes = any(o.outcome in ("added", "replaced", "located") for o in outcomes)
        pending = [stage.name for stage in STAGES] if changes else pending_stages(opened, settings)
        return {
            "outcomes": [asdict(o) for o in outcomes],
            "pending": pending,
            "message": rederivation(opened, settings),
        }


def status(store: Path, warehouse: Path, settings: Settings) -> dict[str, Any]:
    """Keys: store, warehouse, store_version, settings_fingerprint, pending (stages), funnel, unreadable_dumps,
    held_back_dumps, withdrawn_dumps, publication, is_held (by a rollback), kept_versions (revisions that can be put
    back).

    publication is null where nothing is published. Raises PapersieveError where there is no store.
    """
    with Store(existing(store)) as opened:
        measures = dict(opened.query("measure").iter_rows())
        pending = pending_stages(opened, settings)
        if not is_published(opened, warehouse, settings):
            pending.append("publish")
        return {
            "store": str(store),
            "warehouse": str(warehouse),
            "store_version": opened.query("store_version").item(),
            "settings_fingerprint": fingerprint(settings.papers_depend_on()),
            "pending": pending,
            "funnel": {name: int(measures[name]) for name in FUNNEL},
            "unreadable_dumps": opened.query("unreadable_dumps").to_dicts(),
            "held_back_dumps": opened.query("held_back_dumps").to_dicts(),
            "withdrawn_dumps": opened.query("withdrawn_dumps")["dump_id"].to_list(),
            "publication": _publication(warehouse),
            "is_held": is_held(warehouse),
            "kept_versions": list(kept_versions(warehouse).values()),
        }


def _publication(warehouse: Path) -> dict[str, Any] | None:
    if not warehouse.exists():
        return None
    with open_warehouse(warehouse) as con:
        return ask(con, "publication").row(0, named=True)
