"""The pending stages of a store.

A stage is pending if there are documents in its queue, or if the store's version, or the fingerprint of the settings
that the stage depends on, has changed since the stage was last completed.
"""

import json
from collections.abc import Callable
from typing import Any

from papersieve.pipeline.settings import Settings, fingerprint, flat
from papersieve.warehouse.store.store import Store

#: The stages after ingestion, in the order in which they depend on each other, each with the part of the settings that
#: it depends on. `store_stages.STAGES` has their work.
DEPENDS_ON: dict[str, Callable[[Settings], dict[str, Any]]] = {
    "records": Settings.records_depend_on,
    "documents": Settings.keys_depend_on,
    "pairs": Settings.pairs_depend_on,
    "papers": Settings.papers_depend_on,
}

#: For each stage that ever began: the version and the settings that it last worked for.
States = dict[str, dict[str, Any]]


def pending_stages(store: Store, settings: Settings) -> list[str]:
    """The stages that must run, in order, so that the tables fit the store's dumps and these settings."""
    states = stage_states(store)
    is_empty = not states.keys() >= DEPENDS_ON.keys() and store.value("store_version") == 0
    stale = stale_stages(states, settings)
    done = {n for n, s in states.items() if s["version"] == s["store_version"] and s["pending_documents"] == 0}
    if is_empty:  # here, a stage need not have begun
        done |= DEPENDS_ON.keys() - states.keys()
    return [name for name in DEPENDS_ON if name not in done or name in stale]


def stage_states(store: Store) -> States:
    """The store's notes about its stages."""
    return {row["stage"]: row for row in store.ask_rows("stage_states")}


def stale_stages(states: States, settings: Settings) -> list[str]:
    """The stages that last worked with other settings."""
    now = {name: fingerprint(depends_on(settings)) for name, depends_on in DEPENDS_ON.items()}
    return [name for name in DEPENDS_ON if name in states and states[name]["fingerprint"] != now[name]]


#: Prefix of the names of step versions, which are listed among the settings.
_VERSION = "version of "

#: The remedy if a run was started without the settings of the earlier ones.
KEEP_SETTINGS = "To keep the earlier ones, name their file: --settings FILE, or the variable PAPERSIEVE_SETTINGS."


def rederivation(store: Store, settings: Settings) -> str | None:
    """A message that stages will be derived again because their settings differ; None if no settings differ."""
    last = stage_states(store)
    # The first stage derives nothing; if it changes records, all later stages are stale too.
    stale = [name for name in stale_stages(last, settings) if name != next(iter(DEPENDS_ON))]
    if not stale:
        return None
    changes = changes_of(last, settings, stale)
    remedy = " " + KEEP_SETTINGS if any(not name.startswith(_VERSION) for name in changes) else ""
    return (
        f"{store.path}: made with other settings ({', '.join(changes.values())}). Derived anew from the stored records, "
        f"so that nothing is mixed: {', '.join(stale)}.{remedy}"
    )


def changes_of(states: States, settings: Settings, stale: list[str]) -> dict[str, str]:
    """The settings and versions that changed since these stages worked: by name, a text with both values."""
    changes: dict[str, str] = {}
    for name in stale:
        was, now = (_flat(part) for part in (json.loads(states[name]["settings"]), DEPENDS_ON[name](settings)))
        changes |= {k: f"{k} {was.get(k)} -> {v}" for k, v in now.items() if was.get(k) != v}
    return changes


def _flat(part: dict[str, Any]) -> dict[str, Any]:
    """The values that a stage depends on, by the names of settings and versions."""
    versions = {f"{_VERSION}{step}": version for step, version in part.get("versions", {}).items()}
    return flat({name: value for name, value in part.items() if name != "versions"}) | versions
