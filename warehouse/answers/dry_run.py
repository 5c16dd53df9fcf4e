"""What a run would do, without doing it."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from papersieve.pipeline.extract.places.address import Place
from papersieve.pipeline.extract.places.fetch import fetched
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.files import real_place
from papersieve.warehouse.published.owner import refuse_other_owner, refuse_place
from papersieve.warehouse.published.versions import refuse_foreign
from papersieve.warehouse.store.ingest import foresee
from papersieve.warehouse.store.stage_states import DEPENDS_ON, pending_stages, rederivation
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import is_there


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
    """The outcomes of the files (name, location, outcome, …), and the stages that would have work.

    Raises what the run would raise before doing any work: StoreError if store and warehouse do not belong together.
    """
    refuse_place(real_place(store), warehouse, is_new=is_new)
    refuse_foreign(warehouse)
    with (
        TemporaryDirectory() as folder,  # without a store, the outcomes are those of an empty one
        fetched(paths, settings.reading) as files,
        Store(store if is_there(store) else Path(folder) / "s.duckdb", settings, wait_seconds=wait_seconds) as opened,
    ):
        refuse_other_owner(opened, warehouse, take_over=take_over or is_new)
        outcomes = foresee(opened, files, settings.reading)
        changes = any(o.outcome in ("added", "replaced", "located") for o in outcomes)
        pending = list(DEPENDS_ON) if changes else pending_stages(opened, settings)
        return {
            "outcomes": [asdict(o) for o in outcomes],
            "pending": pending,
            "message": rederivation(opened, settings),
        }
