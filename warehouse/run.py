"""A run, from dumps to a published warehouse: read dumps, derive what changed, publish if anything is new, clean up.

The command line and the tests use `run`. Dagster does the same steps, one asset per step (`papersieve.assets`). `plan`
foresees what a run would do.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from papersieve.pipeline.errors import ArgumentError, PapersieveError
from papersieve.pipeline.extract.places.address import Place, location_of, place_of
from papersieve.pipeline.extract.places.fetch import fetched
from papersieve.pipeline.extract.places.folders import files_below
from papersieve.pipeline.progress import Progress, silent
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.duckdb_faults import tell_fault
from papersieve.warehouse.files import real_place
from papersieve.warehouse.funnel import FUNNEL
from papersieve.warehouse.locks import Hold
from papersieve.warehouse.published.audit import CheckResult
from papersieve.warehouse.published.owner import refuse_other_owner, refuse_place
from papersieve.warehouse.published.publish import publish_if_new
from papersieve.warehouse.published.versions import refuse_foreign
from papersieve.warehouse.store.backup import compact
from papersieve.warehouse.store.engine import LOCAL, Engine
from papersieve.warehouse.store.files_at_places import is_missing
from papersieve.warehouse.store.gate import accept, judged
from papersieve.warehouse.store.ingest import foresee, ingest
from papersieve.warehouse.store.key_file import keep_key_index
from papersieve.warehouse.store.outcomes import DumpOutcome, messages_of
from papersieve.warehouse.store.stage_states import DEPENDS_ON, pending_stages, rederivation
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import hold_store, is_there
from papersieve.warehouse.store.update import derive
from papersieve.warehouse.store.withdraw import withdraw


@dataclass(frozen=True)
class RunResult:
    """What a run did, and the counts of the store after it.

    messages: notes for the user, one or two sentences each. funnel: counts over the whole store. published: whether
    this run published a new version. checks: the audit results for that version; empty if there is none. notices:
    name, code, lines, first_line and message, for the dumps of this run. withdrawn: dump_id, location, name and records
    of each withdrawn place. export_fault: why the configured export failed; None if it did not.
    """

    outcomes: list[DumpOutcome]
    messages: list[str]
    funnel: dict[str, int]
    published: bool
    checks: list[CheckResult]
    notices: pl.DataFrame
    withdrawn: list[dict[str, Any]]
    export_fault: str | None = None

    @property
    def unreadable(self) -> list[DumpOutcome]:
        """Outcomes of files that could not be read as dumps."""
        return [o for o in self.outcomes if o.outcome == "unreadable"]

    @property
    def held_back(self) -> list[DumpOutcome]:
        """Outcomes of dumps that are in the store but not in the papers: too much of their content is unusable."""
        return [o for o in self.outcomes if o.outcome == "held_back"]


def run(
    paths: Iterable[Place],
    store: Path,
    warehouse: Path,
    settings: Settings,
    progress: Progress = silent,
    *,
    withdrawing: Iterable[str] = (),
    accepting: Iterable[str] = (),
    wait_seconds: float = 0,
    engine: Engine = LOCAL,
    is_new: bool = False,
    take_over: bool = False,
    held: Hold | None = None,
) -> RunResult:
    """Withdraw dumps, read others, derive what changed, publish.

    accepting: dumps that are accepted as they are and never held back. is_new: make a new store even if there are
    traces of an earlier one, and replace its warehouse. take_over: replace a warehouse that another store published.
    held: the store's lock, if the caller holds it. Raises StoreError, and AuditError if a check failed. A dump that is
    unreadable or held back raises no error: its outcome gives the reason. Neither does an export that fails at the end.
    """
    paths = list(paths)
    _refuse_no_dumps(paths, store)
    store.parent.mkdir(parents=True, exist_ok=True)
    if settings.operation.export_to:  # an invalid place is refused before any work is done
        from papersieve.warehouse.published.export_place import export_place  # few users need it

        export_place(place_of(settings.operation.export_to))
    with (
        fetched(paths, settings.reading, progress) as files,  # before the lock is taken, because a server may be slow
        hold_store(store, wait_seconds, held) as holding,
    ):
        refuse_place(holding.place, warehouse, is_new=is_new)
        with open_then_tidy(holding, settings, wait_seconds) as opened:
            refuse_other_owner(opened, warehouse, take_over=take_over or is_new)
            withdrawn = withdraw(opened, withdrawing).to_dicts() if withdrawing else []
            outcomes = ingest(opened, files, progress, settings.reading)
            if accepting:
                accept(opened, accepting)
            stale = rederivation(opened, settings)
            is_changed = "papers" in derive(opened, settings, progress, engine)
            published = publish_if_new(
                opened, warehouse, settings, progress, is_newer=is_changed, take_over=take_over or is_new
            )
            fault = _fault_of_export(warehouse, settings)
            outcomes = judged(opened, outcomes)
            told = [*messages_of(outcomes), stale, *published.messages(warehouse), fault]
            measures = dict(opened.query("last_measures").iter_rows())
            return RunResult(
                outcomes=outcomes,
                messages=[message for message in told if message],
                funnel={name: int(measures.get(name, 0)) for name in FUNNEL},
                published=published.is_new,
                checks=published.checks,
                notices=_notices(opened, outcomes),
                withdrawn=withdrawn,
                export_fault=fault,
            )


def _refuse_no_dumps(paths: list[Place], store: Path) -> None:
    """Raise ArgumentError, before a store is made, if places are given and none of them has a file."""
    here = [p for p in paths if isinstance(p, Path)]
    empty = [p for p in here if is_missing(location_of(p)) or (p.is_dir() and not files_below(p))]
    if empty and len(empty) == len(paths) and not is_there(store):
        found = "there is no such file or folder" if is_missing(location_of(empty[0])) else "this folder holds no dump"
        raise ArgumentError(f"{empty[0]}: {found}. Name dumps, or a folder of them.")


def export_as_set(warehouse: Path, settings: Settings) -> None:
    """Export the published version as Parquet if the settings ask for it and it is not there yet."""
    if settings.operation.export_to and warehouse.exists():
        from papersieve.warehouse.published.parquet_export import export  # few users need it, and it loads pyarrow

        export(warehouse, place_of(settings.operation.export_to))


def _fault_of_export(warehouse: Path, settings: Settings) -> str | None:
    """Export if the settings ask for it. Returns the reason if that failed: the rest of the run is kept."""
    try:
        export_as_set(warehouse, settings)
    except (PapersieveError, OSError, duckdb.Error) as error:
        told = str(error) if isinstance(error, PapersieveError) else tell_fault(error)
        return f"{told} The warehouse is published all the same, and the next run exports again."
    return None


@contextmanager
def open_then_tidy(held: Hold, settings: Settings, wait_seconds: float = 0) -> Iterator[Store]:
    """Open the store whose lock is held. After the work, update its key file and release free space.

    If the work raises, the next run does both.
    """
    with Store(held.place, settings, wait_seconds=wait_seconds, held=held) as store:
        yield store
        keep_key_index(store, at_least=settings.operation.batch_documents)
        free_share = float(store.value("free_space"))
    if free_share > settings.operation.compact_share:
        compact(held)


def _notices(store: Store, outcomes: list[DumpOutcome]) -> pl.DataFrame:
    """The notices about the dumps of these files."""
    holds = dict(store.query("known_dumps").iter_rows())
    dumps = [holds[o.location] for o in outcomes if o.location in holds]
    return store.query("dump_notices").filter(pl.col("dump_id").is_in(dumps)).drop("dump_id")


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
        told = [asdict(outcome) for outcome in outcomes]
        return {"outcomes": told, "pending": pending, "message": rederivation(opened, settings)}
