"""Places for tests: a store, a warehouse and a folder of dumps; and their published tables for comparison."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papersieve.pipeline.settings import Settings
from papersieve.warehouse.published.reader import open_warehouse, reading
from papersieve.warehouse.run import RunResult, run
from papersieve.warehouse.sql import ask

#: Columns with the time at which something was done.
TIMES = {
    "ingested_at",
    "first_ingested_at",
    "recorded_at",
    "seen_at",
    "completed_at",
    "measured_at",
    "checked_at",
    "published_at",
    "applied_at",
    "changed_at",
}


@dataclass
class Place:
    """The store, the warehouse and the folder of dumps of a test."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store.duckdb"

    @property
    def warehouse(self) -> Path:
        return self.folder / "papers.duckdb"

    @property
    def dumps(self) -> Path:
        (self.folder / "dumps").mkdir(exist_ok=True)
        return self.folder / "dumps"

    def write(self, name: str, text: str) -> Path:
        path = self.dumps / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(
        self, *paths: Path, settings: Settings | None = None, progress: Callable[[str, int, int], None] | None = None
    ) -> RunResult:
        more = {"progress": progress} if progress else {}
        return run(
            paths or (self.dumps,), store=self.store, warehouse=self.warehouse, settings=settings or Settings(), **more
        )

    def answer(self, question: Callable[..., Any], *given: Any) -> Any:
        """The result of a function of `answers` for the published warehouse."""
        with open_warehouse(self.warehouse) as con:
            return question(con, *given)

    def ask(self, sql: str) -> list[tuple]:
        with reading(self.warehouse) as con:
            return con.execute(sql).fetchall()


class Snapshot:
    """A place that is filled once and put back for each test, at the same path, because a store notes dumps by path."""

    def __init__(self, folder: Path, fill: Callable[[Place], object]) -> None:
        self._place, self._saved = Place(folder / "place"), folder / "saved"
        self._place.folder.mkdir()
        fill(self._place)
        shutil.copytree(self._place.folder, self._saved)

    def put_back(self) -> Place:
        shutil.rmtree(self._place.folder)
        shutil.copytree(self._saved, self._place.folder)
        return self._place


#: Tables with the history of earlier runs.
HISTORY = {"measures", "check_results", "publication", "paper_history", "revisions"}


def published_tables(warehouse: Path) -> dict[str, list[tuple]]:
    """All published tables, sorted, without times and without the history of earlier runs.

    Views are compared by their definitions, because equal views of equal tables are equal.
    """
    with reading(warehouse) as con:
        names = set(ask(con, "list_tables")["table_name"]) - HISTORY
        frames = {name: con.table(name).pl() for name in sorted(names)}
        views = con.execute(
            "SELECT view_name, sql FROM duckdb_views() WHERE database_name = current_database() ORDER BY 1"
        )
        said = {"views": list(map(repr, views.fetchall()))}
    for name, frame in frames.items():
        said[name] = sorted(map(repr, frame.drop(TIMES.intersection(frame.columns)).iter_rows()))
    return said


def what_is_said(warehouse: Path) -> dict[str, list[str]]:
    """Clusters and golden records without paper ids, which depend on the order of ingestion by design."""
    with reading(warehouse) as con:
        members = con.sql("SELECT paper_id, list_sort(list(record_id)) AS members FROM records GROUP BY paper_id").pl()
        papers = con.sql("FROM papers").pl().join(members, on="paper_id").drop("paper_id", "paper_uuid")
        lineage = con.sql("SELECT record_id, column_name, rule FROM paper_lineage").pl()
        pairs = con.sql(
            "SELECT * EXCLUDE (settings_fingerprint) FROM duplicate_pairs WHERE rule <> 'same_document'"
        ).pl()
    return {
        name: sorted(map(repr, frame.iter_rows()))
        for name, frame in {
            "papers": papers,
            "lineage": lineage,
            "pairs": pairs.select("judgement", "rule", "similarity"),
        }.items()
    }


def settle(path: Path) -> None:
    """Give a file the time of a modification long ago, the same for all, so that a run may note it as read."""
    os.utime(path, (1_000_000_000, 1_000_000_000))
