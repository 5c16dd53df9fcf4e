"""The published warehouse: built aside, audited, then renamed into place, so that no reader waits or sees half a run.

DuckDB lets one process write a file or many read it, never both; so readers get a file of their own, and a
new version of it is another file that takes its name (`os.replace`). A reader that has the old one open
keeps reading the old one.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from pipeline.errors import PapersieveError
from pipeline.settings import Settings, fingerprint
from warehouse.progress import Progress, silent
from warehouse.store import Store, statement_sql

_HERE = files("warehouse")

#: The oldest DuckDB that can read what is published: 2.0's own format shuts out every 1.5 tool.
STORAGE_VERSION = "v1.5.0"

#: Raised when a published table or view loses or changes a column (docs/data-dictionary.md).
SCHEMA_VERSION = 1

#: Rows of a failed check that its error shows.
_SHOWN_ROWS = 5


class AuditError(PapersieveError):
    """A check failed, so nothing was published; readers still see the version before."""

    def __init__(self, message: str, results: list["CheckResult"]) -> None:
        super().__init__(message)
        self.results = results


@dataclass(frozen=True)
class Check:
    """A check file: rows that it returns break it. An error keeps a version from being published."""

    name: str
    severity: str
    description: str
    sql: str


@dataclass(frozen=True)
class CheckResult:
    """What a check found: how many rows break it, and the first of them."""

    check: Check
    failed_rows: int
    first_rows: pl.DataFrame

    @property
    def is_passed(self) -> bool:
        """Whether no row breaks the check."""
        return self.failed_rows == 0


def checks() -> list[Check]:
    """Every check of `checks/*.sql`, by name. Raises ValueError on a file without severity and description."""
    found = []
    for file in sorted(
        (f for f in _HERE.joinpath("checks").iterdir() if f.name.endswith(".sql")), key=lambda f: f.name
    ):
        sql = file.read_text(encoding="utf-8")
        head = re.match(r"-- severity: (error|warn)\n-- (.+)\n", sql)
        if not head:
            raise ValueError(f"{file.name}: expected '-- severity: error' (or warn) and a line of description")
        found.append(Check(file.name.removesuffix(".sql"), head[1], head[2], sql))
    return found


def run_checks(con: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """Run every check on a connection to a published warehouse (or one that is being built)."""
    results = []
    for check in checks():
        rows = con.sql(check.sql).pl()
        results.append(CheckResult(check, rows.height, rows.head(_SHOWN_ROWS)))
    return results


def is_published(store: Store, warehouse: Path, settings: Settings) -> bool:
    """Whether the warehouse file is what publishing the store with these settings would make."""
    if not warehouse.exists():
        return False
    try:
        with duckdb.connect(warehouse, read_only=True) as con:
            found = con.execute(statement_sql("publication")).fetchone()
    except duckdb.Error:
        return False  # damaged, or another database: publishing decides what to do about it
    return found is not None and found[:3] == (
        SCHEMA_VERSION,
        store.query("store_version").item(),
        _publication_fingerprint(settings),
    )


def publish(store: Store, warehouse: Path, settings: Settings, progress: Progress = silent) -> list[CheckResult]:
    """Build the warehouse beside its place, audit it, and put it there; returns what the checks found.

    Raises AuditError where a check of severity error failed: the place is left as it was. The caller sees to
    it that no stage is pending.
    """
    _refuse_foreign(warehouse)
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    _sweep(warehouse)
    built = warehouse.with_name(f".{warehouse.name}.{os.getpid()}.building")
    try:
        progress("publish", 0, 3)
        _build(store, built, settings)
        progress("publish", 1, 3)
        results = _audit(store, built, settings)
        progress("publish", 2, 3)
        _put_in_place(built, warehouse)
        progress("publish", 3, 3)
    finally:
        for left in (built, built.with_name(f"{built.name}.wal")):
            left.unlink(missing_ok=True)
    return results


def _refuse_foreign(warehouse: Path) -> None:
    """Raise where the place holds something that we did not make: it is not ours to replace."""
    if not warehouse.exists():
        return
    try:
        with duckdb.connect(warehouse, read_only=True) as con:
            con.execute(statement_sql("publication")).fetchone()
    except duckdb.Error as error:
        raise PapersieveError(
            f"{warehouse}: expected a published papersieve warehouse to replace, found another file "
            f"({str(error).splitlines()[0]}). Move it away, or give another --warehouse."
        ) from error


def _sweep(warehouse: Path) -> None:
    """Remove what killed runs left: files that were being built by processes that are no more."""
    for left in warehouse.parent.glob(f".{warehouse.name}.*.building*"):
        pid = left.name.removeprefix(f".{warehouse.name}.").split(".")[0]
        if pid.isdigit() and not _is_alive(int(pid)):
            left.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # there, asking by signal 0 would send Ctrl-C
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _publication_fingerprint(settings: Settings) -> str:
    """Differs where settings do, and where the published tables, views or checks are defined otherwise."""
    parts = [
        statement_sql("build_published"),
        *(sql for _, sql in _views()),
        *(check.sql for check in checks()),
    ]
    return fingerprint({"judging": settings.judging(), "shape": hashlib.blake2b("\0".join(parts).encode()).hexdigest()})


def _views() -> list[tuple[str, str]]:
    """(file name, SQL) of every view, in the order of their numbers."""
    return sorted(
        (f.name, f.read_text(encoding="utf-8")) for f in _HERE.joinpath("views").iterdir() if f.name.endswith(".sql")
    )


def _build(store: Store, built: Path, settings: Settings) -> None:
    con = store.connection
    con.execute(statement_sql("attach_published").format(path=str(built).replace("'", "''"), version=STORAGE_VERSION))
    try:
        facts = {"schema_version": [SCHEMA_VERSION], "fingerprint": [_publication_fingerprint(settings)]}
        store.execute("build_published", publication_facts=pl.DataFrame(facts))
    finally:
        con.execute(statement_sql("detach_published"))
    with duckdb.connect(built) as con:
        for _, sql in _views():
            con.execute(sql)


def _audit(store: Store, built: Path, settings: Settings) -> list[CheckResult]:
    """Run the checks, keep their results in the store and in the built file, raise where an error failed."""
    with duckdb.connect(built) as con:
        results = run_checks(con)
        frame = pl.DataFrame(
            [(r.check.name, r.check.severity, r.check.description, r.failed_rows, r.is_passed, fingerprint(settings.judging())) for r in results],
            schema={"check_name": pl.String, "severity": pl.String, "description": pl.String, "failed_rows": pl.Int64, "is_passed": pl.Boolean, "fingerprint": pl.String},
            orient="row",
        )  # fmt: skip
        with store.transaction():
            store.execute("record_checks", new_results=frame)
        con.register("history", store.query("check_history"))
        con.execute(statement_sql("publish_checks"))
        con.unregister("history")
        con.execute("CHECKPOINT")
    failed = [r for r in results if not r.is_passed and r.check.severity == "error"]
    if failed:
        told = "\n".join(
            f"  {r.check.name}: {r.failed_rows:,} row(s). {r.check.description} First: {tell_rows(r.first_rows)}"
            for r in failed
        )
        raise AuditError(
            f"{len(failed)} check(s) failed, so nothing was published; readers still see the version before.\n{told}\n"
            "All results are in the store's table check_results; the SQL of each is in warehouse/checks/.",
            results,
        )
    return results


def tell_rows(rows: pl.DataFrame) -> str:
    """Tell the first two rows in one line: COLUMN=VALUE, values cut short."""
    return "; ".join(", ".join(f"{k}={str(v)[:60]}" for k, v in row.items()) for row in rows.head(2).to_dicts())


def _put_in_place(built: Path, warehouse: Path) -> None:
    """Make the file durable, give it its name, make the name durable: in this order, or a power cut shows a torn file."""
    if built.with_name(built.name + ".wal").exists():
        raise PapersieveError(f"{built}: a write-ahead log was left beside the built warehouse; nothing was published")
    _fsync(built)
    os.replace(built, warehouse)
    if os.name != "nt":  # Windows can't open a folder to flush it
        _fsync(warehouse.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
