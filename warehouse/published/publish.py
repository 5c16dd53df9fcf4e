"""Publishing the warehouse: built separately, audited, then renamed into place. No reader waits or sees half a run.

DuckDB lets one process write a file or many read it, never both. So readers have a file of their own, and a new
version is another file that takes its name (`os.replace`). A reader that has the old file open continues to read it. If
little changed, only the changes are built, audited and written into an earlier version (`versions.choose_base`);
otherwise, and if that audit fails, everything is.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from papersieve.checks.record_columns import RECORDS
from papersieve.pipeline.processes import give_memory_back
from papersieve.pipeline.progress import Progress, silent
from papersieve.pipeline.settings import Settings, fingerprint
from papersieve.pipeline.shingling.similarity import sketch_keys
from papersieve.warehouse.files import clone
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.published.audit import AuditError, CheckResult, run_checks, tell_failed
from papersieve.warehouse.published.check_files import INVARIANTS
from papersieve.warehouse.published.dictionary import describe
from papersieve.warehouse.published.in_place import (
    REVISIONS_KEPT,
    SCHEMA_VERSION,
    is_as_noted,
    is_changed_by_others,
    is_published,
    newest_revision,
    note_file,
    publication_fingerprint,
    views,
)
from papersieve.warehouse.published.owner import is_of_another, refuse_other_owner
from papersieve.warehouse.published.reader import read_publication
from papersieve.warehouse.published.rollback import hold_warehouse, is_held, keep_apart
from papersieve.warehouse.published.versions import choose_base, last_published_at, put_in_place, refuse_foreign
from papersieve.warehouse.store.engine import fitted
from papersieve.warehouse.store.schema import make_published_tables
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import built_aside
from papersieve.warehouse.store.store_lookups import StoreLookups

#: The oldest DuckDB that can read the published file: tools with 1.5 can't read the format of 2.0.
STORAGE_VERSION = "v1.5.0"
#: A file that is being built is discarded if building stops, so it needs no log.
_STORAGE = f"STORAGE_VERSION '{STORAGE_VERSION}'", "RECOVERY_MODE 'no_wal_writes'"

#: How long publishing waits for another command that holds the warehouse; a rollback takes only a moment.
_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Published:
    """The result of publishing. is_new: a new version is in place. is_held: a rollback keeps an earlier one in place.

    checks: the audit's results on the new version; empty if there is none. was_changed: others had changed the version
    that was in place before. broken: the checks that the changes alone failed, before everything passed.
    """

    is_new: bool = False
    is_held: bool = False
    checks: list[CheckResult] = field(default_factory=list)
    was_changed: bool = False
    broken: list[str] = field(default_factory=list)

    def messages(self, warehouse: Path) -> list[str]:
        """What the user should know: others changed the file, a rollback keeps an earlier version, and so on."""
        told = []
        if self.was_changed:
            told.append(
                f"{warehouse}: another program changed it after it was published. The new version has none of these "
                "changes. Keep tables and views of your own in another file, and attach this one read-only."
            )
        if self.broken:
            told.append(
                f"{warehouse}: the changes alone failed the checks {', '.join(self.broken)}, so everything was published "
                "anew from the store, and passed. This is a fault of papersieve, not of your data. Please report it."
            )
        if self.is_held:
            told.append(
                f"{warehouse}: held at an earlier version by `papersieve rollback`, so nothing was published. "
                "`papersieve rollback --release` lets the next run publish."
            )
        return told


def publish_if_new(
    store: Store,
    warehouse: Path,
    settings: Settings,
    progress: Progress = silent,
    *,
    is_newer: bool = False,
    take_over: bool = False,
) -> Published:
    """Publish the store, unless it is empty or already published, or a rollback keeps an earlier version in place.

    is_newer: the caller knows that the store has changed since it was published. take_over: replace a warehouse that
    another store published. Raises AuditError if a check failed, and BusyError if another command holds the warehouse
    for a minute. The caller makes sure that no stage is pending.
    """
    if store.value("store_version") == 0:  # nothing was ever ingested
        return Published()
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with hold_warehouse(warehouse, _WAIT_SECONDS) as held:
        if is_held(held.place):
            return Published(is_held=True)
        if not is_newer and is_published(store, held.place, settings):
            return Published()
        refuse_other_owner(store, held.place, take_over=take_over)
        is_taken = take_over and is_of_another(store, held.place)
        was_changed = is_changed_by_others(store, held.place)
        refuse_foreign(held.place)
        progress("publish", 0, 3)
        with built_aside(held.place, "all.building") as built:
            results, broken = _build(store, held.place, settings, progress, built)
            note_file(store, built)
            held.assure()
            if is_taken:
                keep_apart(held.place)
            put_in_place(built, held.place, keep=0 if is_taken else settings.operation.keep_versions)
        with store.transaction():
            store.execute("forget_changes", kept=pl.DataFrame({"revisions": [REVISIONS_KEPT]}))
        progress("publish", 3, 3)
        return Published(is_new=True, checks=results, was_changed=was_changed, broken=broken)


def _build(
    store: Store, warehouse: Path, settings: Settings, progress: Progress, built: Path
) -> tuple[list[CheckResult], list[str]]:
    """Build the next version and audit it: only the changes if these are known. If they fail, everything is built.

    Returns the results of the checks, and the names of those that the changes failed. Raises AuditError, and changes
    nothing, if everything fails too.
    """
    broken = []
    if base := _base(store, warehouse, settings):
        try:
            return _build_changes(store, warehouse, settings, progress, built, *base), []
        except AuditError as error:
            broken = [result.check.name for result in error.results if result.is_error]
    with store.attached(built, "published", *_STORAGE):
        results = _write(store, warehouse, settings, progress)
        store.checkpoint("published")
    return results, broken


def _build_changes(
    store: Store, warehouse: Path, settings: Settings, progress: Progress, built: Path, base: Path, since: int
) -> list[CheckResult]:
    """Build what changed since a revision, audit it, and write it into the version of that revision, the base."""
    with built_aside(warehouse, "changed.building") as changed, store.attached(changed, "published", *_STORAGE):
        results = _write(store, warehouse, settings, progress, since)
        if base == warehouse:
            clone(base, built)
        else:
            os.replace(base, built)
        with store.attached(built, "base", *_STORAGE):
            with store.transaction():
                store.execute("apply_changes")
            store.checkpoint("base")
        store.checkpoint("published")
    return results


def _base(store: Store, warehouse: Path, settings: Settings) -> tuple[Path, int] | None:
    """The version to update and its revision; None if everything has to be written."""
    base = choose_base(warehouse, keep=settings.operation.keep_versions)
    found = read_publication(base) if base else None
    shape = (SCHEMA_VERSION, publication_fingerprint(settings))
    if not (base and found) or (found.schema_version, found.fingerprint) != shape:
        return None
    is_usable = newest_revision(store, found)["is_base_known"] and is_as_noted(store, base, found)
    return (base, found.revision) if is_usable else None


def _write(store: Store, warehouse: Path, settings: Settings, progress: Progress, since: int = 0) -> list[CheckResult]:
    """Write what changed since a revision (0: everything) into the attached `published`, and audit it."""
    if since:
        store.execute("choose_changed", base=pl.DataFrame({"revision": [since]}))
    else:
        store.execute("choose_all")
    facts = {"schema_version": [SCHEMA_VERSION], "fingerprint": [publication_fingerprint(settings)]}
    given = pl.DataFrame(facts).with_columns(last_published_at=pl.lit(last_published_at(warehouse), pl.Datetime("us")))
    with store.using("published") as con:
        make_published_tables(con)
    store.execute("build_published", publication_facts=given, record_columns=RECORDS.empty())
    _build_lookup(store, settings)
    # One transaction for all, because each commit is written to disk.
    with store.using("published") as con, store.transaction():
        con.execute("\n".join(views()))
        if not since:  # changes are written into a version that already has its comments
            describe(con)
    progress("publish", 1, 3)
    results = _audit(store, settings, "changed" if since else "all")
    progress("publish", 2, 3)
    return results


def _build_lookup(store: Store, settings: Settings) -> None:
    """Write the keys by which `lookup` finds similar texts, sorted so that few of them have to be read."""
    store.execute("begin_lookup_keys")
    chosen, size = store.query("chosen_numbers"), fitted(store, settings).operation.batch_documents
    for numbers in chosen.iter_slices(size):
        give_memory_back()
        texts = StoreLookups(store).contents_of(numbers)
        store.execute("add_lookup_keys", new_keys=sketch_keys(texts.join(numbers, on="document_no"), settings))
    store.execute("complete_lookup_keys")


def _audit(store: Store, settings: Settings, scope: str) -> list[CheckResult]:
    """Run the checks on the attached `published` and keep their results; raise AuditError if an error was found."""
    with store.using("published") as con:
        results = run_checks(con)
    frame = pl.DataFrame(
        [(r.check.name, r.check.severity, r.check.description, r.failed_rows, r.is_passed) for r in results],
        schema={"check_name": pl.String, "severity": pl.String, "description": pl.String, "failed_rows": pl.Int64, "is_passed": pl.Boolean},
        orient="row",
    ).with_columns(fingerprint=pl.lit(fingerprint(settings.papers_depend_on())), scope=pl.lit(scope))  # fmt: skip
    with store.transaction():
        store.execute("record_checks", new_results=frame)
    store.execute("publish_checks")
    if failed := [r for r in results if r.is_error]:
        told = "\n".join(f"  {finding}" for r in failed for finding in tell_failed(r))
        raise AuditError(
            f"{counted(len(failed), 'check')} failed, so nothing was published; readers still see the version before.\n{told}\n"
            f"All results are in the store's table check_results; the SQL of each is in {INVARIANTS}.",
            results,
        )
    return results
