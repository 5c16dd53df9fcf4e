"""The whole way, as the command line and the tests take it: dumps in, a published warehouse out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from papersieve.pipeline.extract.places.address import Place
from papersieve.pipeline.extract.places.fetch import fetched
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.locks import Hold
from papersieve.warehouse.progress import Progress, silent
from papersieve.warehouse.published.audit import CheckResult
from papersieve.warehouse.published.owner import refuse_other_owner, refuse_place
from papersieve.warehouse.published.publish import Published, publish_if_new
from papersieve.warehouse.store.backup import compact
from papersieve.warehouse.store.engine import LOCAL, Engine
from papersieve.warehouse.store.key_file import keep_key_index
from papersieve.warehouse.store.outcomes import DumpOutcome
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import hold_store
from papersieve.warehouse.store.update import Refresh, refresh
from papersieve.warehouse.store.withdraw import withdraw

#: Stations of the funnel, from files to papers, in order: measures of the store.
FUNNEL = (
    "dumps",
    "lines",
    "records",
    "rejected_lines",
    "quarantined",
    "documents",
    "candidate_pairs",
    "matches",
    "papers",
)


@dataclass(frozen=True)
class RunResult:
    """What a run did and what the warehouse now holds.

    funnel: counts over the whole store; published: whether this run put a new version in place (false where
    the one in place is already it); notices: name, code, lines, first_line, message: what readers of the
    dumps of this call should know; withdrawn: dump_id, location, name, records of each place that was taken back.
    """

    outcomes: list[DumpOutcome]
    messages: list[str]
    funnel: dict[str, int]
    published: bool
    checks: list[CheckResult]
    notices: pl.DataFrame
    withdrawn: list[dict[str, Any]]

    @property
    def unreadable(self) -> list[DumpOutcome]:
        """Files of this call that could not be read as dumps."""
        return [o for o in self.outcomes if o.outcome == "unreadable"]


def run(
    paths: Iterable[Place],
    *,
    store: Path,
    warehouse: Path,
    settings: Settings,
    progress: Progress = silent,
    withdrawing: Iterable[str] = (),
    wait_seconds: float = 0,
    engine: Engine = LOCAL,
    is_new: bool = False,
    take_over: bool = False,
    held: Hold | None = None,
) -> RunResult:
    """Withdraw dumps and take others in, refresh, check, publish.

    is_new: whether a store is made though there are traces of an earlier one; it then takes its warehouse over.
    take_over: whether a warehouse that another store published may be replaced. held: the store's lock, where the
    caller has it. Raises StoreError, AuditError; a bad dump raises nothing.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    with (
        fetched(paths, settings.reading, progress) as files,  # before the store is held: a server may be slow
        hold_store(store, wait_seconds, held) as holding,
    ):
        refuse_place(holding.place, warehouse, is_new=is_new)
        with Store(holding.place, settings, wait_seconds=wait_seconds, held=holding) as opened:
            refuse_other_owner(opened, warehouse, take_over=take_over or is_new)
            withdrawn = withdraw(opened, withdrawing).to_dicts() if withdrawing else []
            done = refresh(opened, files, settings, progress, engine)
            published = _publish(opened, warehouse, settings, progress, done, take_over=take_over or is_new)
            result = _result(opened, done, published, warehouse, withdrawn)
            free_share = keep_small(opened, settings)
        if free_share > settings.operation.compact_share:
            compact(holding)
    return result


def _publish(
    store: Store, warehouse: Path, settings: Settings, progress: Progress, done: Refresh, *, take_over: bool
) -> Published:
    if store.query("store_version").item() == 0:  # nothing was ever taken in
        return Published(is_new=False, is_held=False, checks=[])
    is_newer = "papers" in done.completed  # a revision that nobody has published yet
    return publish_if_new(store, warehouse, settings, progress, is_newer=is_newer, take_over=take_over)


def _result(
    store: Store, done: Refresh, published: Published, warehouse: Path, withdrawn: list[dict[str, Any]]
) -> RunResult:
    measures = dict(store.query("measure").iter_rows())
    names = [o.name for o in done.outcomes]
    held = published.message(warehouse)
    return RunResult(
        outcomes=done.outcomes,
        messages=done.messages + ([held] if held else []),
        funnel={name: int(measures[name]) for name in FUNNEL},
        published=published.is_new,
        checks=published.checks,
        notices=store.query("dump_notices").filter(pl.col("name").is_in(names)) if names else pl.DataFrame(),
        withdrawn=withdrawn,
    )


def keep_small(store: Store, settings: Settings) -> float:
    """Keep the file of block keys up to date, and return which share of the store's file is free."""
    keep_key_index(store, at_least=settings.operation.batch_documents)
    return float(store.query("free_space").item())
