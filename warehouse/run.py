"""The whole way, as the command line and the tests take it: dumps in, a published warehouse out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.extract.address import Place
from pipeline.extract.fetch import fetched
from pipeline.settings import Settings
from warehouse.audit import CheckResult
from warehouse.ingest import DumpOutcome, withdraw
from warehouse.keep import compact, is_held
from warehouse.key_index import keep_key_index
from warehouse.progress import Progress, silent
from warehouse.publish import is_published, publish
from warehouse.refresh import refresh
from warehouse.stages import LOCAL, Engine
from warehouse.store import Store
from warehouse.versions import sweep

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
) -> RunResult:
    """Take dumps back and in, refresh, check, publish. Raises StoreError, AuditError; a bad dump raises nothing."""
    with (
        fetched(paths, settings.reading, progress) as files,  # before the store is held: a server may be slow
        Store(store, settings, wait_seconds=wait_seconds) as opened,
    ):
        sweep(warehouse)
        withdrawn = withdraw(opened, withdrawing).to_dicts() if withdrawing else []
        done = refresh(opened, files, settings, progress, engine)
        measures = dict(opened.query("measure").iter_rows())
        has_history = opened.query("store_version").item() > 0
        is_new = "papers" in done.completed  # a revision that nobody has published yet
        pending = has_history and not is_held(warehouse) and (is_new or not is_published(opened, warehouse, settings))
        checks = publish(opened, warehouse, settings, progress) if pending else []
        if has_history and is_held(warehouse):
            done.messages.append(
                f"{warehouse}: held at an earlier version by `papersieve rollback`, so nothing was published. "
                "`papersieve rollback --release` lets the next run publish."
            )
        names = [o.name for o in done.outcomes]
        notices = opened.query("dump_notices").filter(pl.col("name").is_in(names)) if names else pl.DataFrame()
        result = RunResult(
            outcomes=done.outcomes,
            messages=done.messages,
            funnel={name: int(measures[name]) for name in FUNNEL},
            published=pending,
            checks=checks,
            notices=notices,
            withdrawn=withdrawn,
        )
        keep_key_index(opened, at_least=settings.batch_documents)
        free_share = opened.query("free_space").item()
    if free_share > settings.compact_share:
        compact(store)
    return result
