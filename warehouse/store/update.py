"""Bringing the store up to date: every pending stage does its work.

After a kill, the next run continues where the last one stopped. A run that has nothing to do writes nothing.
"""

import json

from papersieve.pipeline.errors import StoreError
from papersieve.pipeline.processes import give_memory_back
from papersieve.pipeline.settings import Settings, fingerprint
from papersieve.warehouse.progress import Progress, silent
from papersieve.warehouse.store.engine import LOCAL, Engine
from papersieve.warehouse.store.stage_states import (
    DEPENDS_ON,
    States,
    changes_of,
    pending_of,
    pending_stages,
    stage_states,
    stale_stages,
)
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_stages import STAGES, Stage


def derive(store: Store, settings: Settings, progress: Progress = silent, engine: Engine = LOCAL) -> list[str]:
    """Bring all derived tables up to date with the dumps and the settings. Returns the stages that were pending."""
    if not pending_stages(store, settings):
        return []
    return [stage.name for stage in STAGES if complete(store, stage, settings, progress, engine)]


def refuse_gap(store: Store, settings: Settings) -> None:
    """Raise StoreError if a stage is pending: its tables do not fit the dumps and the settings."""
    states = stage_states(store)
    _refuse_gap(store, settings, states, pending_of(store, settings, states))


def _refuse_gap(store: Store, settings: Settings, states: States, gap: list[str]) -> None:
    """Raise StoreError if there is a gap: pending stages before the one that is asked for.

    A stage notes that it is complete for the store's version. If its input were of an earlier version, it would not
    work again, and the new dumps would be missed.
    """
    if gap:
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


def complete(
    store: Store, stage: Stage, settings: Settings, progress: Progress = silent, engine: Engine = LOCAL
) -> bool:
    """Do the stage's work if it is pending; return whether it was. Raises StoreError if an earlier stage is pending."""
    states = stage_states(store)
    pending = pending_of(store, settings, states)
    earlier = {before.name for before in STAGES[: STAGES.index(stage)]}
    _refuse_gap(store, settings, states, [name for name in pending if name in earlier])
    if stage.name not in pending:
        return False
    progress(stage.name, 0, 1)
    part = DEPENDS_ON[stage.name](settings)
    last, now = states.get(stage.name), fingerprint(part)
    if not last or last["fingerprint"] != now:
        # Noted before the work: after a kill, the tables must not count as made with the old settings.
        with store.transaction():
            if last:
                stage.reset(store, settings, json.loads(last["settings"]))
            store.execute("begin_stage", stage=stage.name, fingerprint=now, settings=json.dumps(part, sort_keys=True))
    store.fit()
    stage.work(store, settings, progress, engine)
    give_memory_back()
    with store.transaction():
        store.execute("complete_stage", stage=stage.name)
    progress(stage.name, 1, 1)
    return True
