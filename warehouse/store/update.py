"""Bringing the store up to date: every pending stage does its work.

After a kill, the next run continues where the last one stopped. A run that has nothing to do writes nothing.
"""

import json

from papersieve.pipeline.errors import StoreError
from papersieve.pipeline.processes import give_memory_back
from papersieve.pipeline.progress import Progress, silent
from papersieve.pipeline.settings import Settings, fingerprint
from papersieve.warehouse.store.engine import LOCAL, Engine
from papersieve.warehouse.store.stage_states import DEPENDS_ON, changes_of, pending_stages, stage_states, stale_stages
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_stages import STAGES, reset


def derive(store: Store, settings: Settings, progress: Progress = silent, engine: Engine = LOCAL) -> list[str]:
    """Bring all derived tables up to date with the dumps and the settings. Returns the stages that were pending."""
    if not pending_stages(store, settings):
        return []
    return [stage for stage in STAGES if complete(store, stage, settings, progress, engine)]


def refuse_gap(store: Store, settings: Settings, before: str | None = None) -> list[str]:
    """Return the pending stages. Raise StoreError if there is one, or one before the named stage.

    A stage notes that it is complete for the store's version. If its input were of an earlier version, it would not
    work again, and the new dumps would be missed.
    """
    pending, names = pending_stages(store, settings), list(DEPENDS_ON)
    gap = [name for name in pending if before is None or names.index(name) < names.index(before)]
    if gap:
        states = stage_states(store)
        remedy = "Run `papersieve run DUMP…` first"
        if stale := stale_stages(states, settings):
            changes = changes_of(states, settings, stale)
            why = "its last run had other settings" + (f" ({', '.join(changes.values())})" if changes else "")
            remedy += " with these settings, or use those of that run"
        else:
            why = "dumps or decisions came since its last run, or that run did not end"
        raise StoreError(
            f"{store.path}: {why}. {remedy} (in Dagster, the job refresh_warehouse, or the assets from `{gap[0]}` on)."
        )
    return pending


def complete(store: Store, stage: str, settings: Settings, progress: Progress = silent, engine: Engine = LOCAL) -> bool:
    """Do the stage's work if it is pending; return whether it was. Raises StoreError if an earlier stage is pending."""
    if stage not in refuse_gap(store, settings, before=stage):
        return False
    progress(stage, 0, 1)
    part = DEPENDS_ON[stage](settings)
    last, now = stage_states(store).get(stage), fingerprint(part)
    if not last or last["fingerprint"] != now:
        # Noted before the work: after a kill, the tables must not count as made with the old settings.
        with store.transaction():
            if last:
                reset(store, stage, settings, json.loads(last["settings"]))
            store.execute("begin_stage", stage=stage, fingerprint=now, settings=json.dumps(part, sort_keys=True))
    store.fit()
    STAGES[stage](store, settings, progress, engine)
    give_memory_back()
    with store.transaction():
        store.execute("complete_stage", stage=stage)
    progress(stage, 1, 1)
    return True
