"""Bringing the store up to date: each stage whose tables are not those of the dumps and settings works.

A stage is pending where its queue holds documents, or where the store's version, or the fingerprint of the
settings that it depends on, is another than when it was last completed. So a killed run goes on where it
stopped, and a run with nothing to do writes nothing.
"""

import json
from typing import Any

from papersieve.pipeline.errors import StoreError
from papersieve.pipeline.processes import give_memory_back
from papersieve.pipeline.settings import Settings, fingerprint, flat
from papersieve.warehouse.progress import Progress, silent
from papersieve.warehouse.store.engine import LOCAL, Engine
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_stages import STAGES, Stage


def derive(store: Store, settings: Settings, progress: Progress = silent, engine: Engine = LOCAL) -> list[str]:
    """Bring every derived table up to date with the dumps and the settings; returns the stages that were pending."""
    if not pending_stages(store, settings):
        return []
    return [stage.name for stage in STAGES if complete(store, stage, settings, progress, engine)]


def refuse_gap(store: Store, settings: Settings) -> None:
    """Raise StoreError where a stage is pending: what it makes is not that of the dumps and the settings."""
    states = _states(store)
    _refuse_gap(store, settings, states, _pending(store, settings, states))


def _refuse_gap(store: Store, settings: Settings, states: dict[str, dict[str, Any]], gap: list[str]) -> None:
    """Raise StoreError where there is a gap: pending stages before the one that is asked for.

    A stage notes that it is complete for the store's version. Had it worked on tables of an earlier version
    it would never work again, and the new dumps would be missed.
    """
    if gap:
        remedy = "Run `papersieve run DUMP…` first"
        if stale := _stale(states, settings):
            changes = _changes(states, settings, stale)
            why = "its last run had other settings" + (f" ({changes})" if changes else "")
            remedy += " with these settings, or use those of that run"
        else:
            why = "dumps or decisions came since its last run, or that run did not end"
        raise StoreError(
            f"{store.path}: {why}. {remedy} (in Dagster, the job refresh_warehouse, or the assets from `{gap[0]}` on)."
        )


def complete(
    store: Store, stage: Stage, settings: Settings, progress: Progress = silent, engine: Engine = LOCAL
) -> bool:
    """Do the stage's work where it is pending, and say whether it was. Raises StoreError as `refuse_gap` does."""
    states = _states(store)
    pending = _pending(store, settings, states)
    earlier = {before.name for before in STAGES[: STAGES.index(stage)]}
    _refuse_gap(store, settings, states, [name for name in pending if name in earlier])
    if stage.name not in pending:
        return False
    progress(stage.name, 0, 1)
    part = stage.depends_on(settings)
    last, now = states.get(stage.name), fingerprint(part)
    if not last or last["fingerprint"] != now:
        # Noted before the work begins: a run killed in the middle must not be taken for one of the old settings.
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


def pending_stages(store: Store, settings: Settings) -> list[str]:
    """Stages that have to work before their tables are those of
    the store's dumps and these settings, in their order.
    """
    return _pending(store, settings, _states(store))


def _states(store: Store) -> dict[str, dict[str, Any]]:
    return {row["stage"]: row for row in store.query("stage_states").iter_rows(named=True)}


def _pending(store: Store, settings: Settings, states: dict[str, dict[str, Any]]) -> list[str]:
    begun = [stage for stage in STAGES if stage.name in states]
    is_empty = len(begun) < len(STAGES) and store.query("store_version").item() == 0
    done = {
        stage.name
        for stage in begun
        if states[stage.name]["version"] == states[stage.name]["store_version"]
        and states[stage.name]["pending_documents"] == 0
        and states[stage.name]["fingerprint"] == fingerprint(stage.depends_on(settings))
    }
    return [stage.name for stage in STAGES if stage.name not in done and not (is_empty and stage.name not in states)]


def rederivation(store: Store, settings: Settings) -> str | None:
    """Say that stages will be derived anew because they were made with other settings; None where they were not."""
    last = _states(store)
    # The first stage derives nothing; where its records become others, so do all tables behind it.
    stale = [stage for stage in _stale(last, settings) if stage is not STAGES[0]]
    if not stale:
        return None
    return (
        f"{store.path}: made with settings of fingerprint {last[stale[-1].name]['fingerprint']}, this run has "
        f"{fingerprint(stale[-1].depends_on(settings))} ({_changes(last, settings, stale)}). Derived anew from the stored "
        f"records, so that nothing is mixed: {', '.join(s.name for s in stale)}."
    )


def _stale(states: dict[str, dict[str, Any]], settings: Settings) -> list[Stage]:
    """Stages that last worked with other settings."""
    return [
        s for s in STAGES if s.name in states and states[s.name]["fingerprint"] != fingerprint(s.depends_on(settings))
    ]


def _changes(states: dict[str, dict[str, Any]], settings: Settings, stale: list[Stage]) -> str:
    """Each setting or version with which these stages worked, and what it is now, where that is another."""
    changes: dict[str, str] = {}
    for stage in stale:
        was, now = (_flat(part) for part in (json.loads(states[stage.name]["settings"]), stage.depends_on(settings)))
        changes |= {k: f"{k} {was.get(k)} -> {v}" for k, v in now.items() if was.get(k) != v}
    return ", ".join(changes.values())


def _flat(part: dict[str, Any]) -> dict[str, Any]:
    """What a stage depends on, each setting and each version by itself."""
    versions = {f"version of {step}": version for step, version in part.get("versions", {}).items()}
    return flat({name: value for name, value in part.items() if name != "versions"}) | versions
