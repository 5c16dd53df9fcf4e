"""Output of a run: the progress bar, the funnel, the problems. Every number is computed elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from papersieve.pipeline.extract.shared.table_columns import NO_TITLE
from papersieve.pipeline.progress import Progress as Observer
from papersieve.pipeline.progress import how_far, seldom
from papersieve.warehouse import console
from papersieve.warehouse.cli.options import emit, say
from papersieve.warehouse.cli.show_store import each_remedy_once
from papersieve.warehouse.funnel import FUNNEL
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.published.audit import tell_failed
from papersieve.warehouse.run import RunResult

_STAGES = {
    "ingest": "reading dumps",
    "records": "judging dumps",
    "documents": "signing documents",
    "pairs": "verifying pairs",
    "papers": "merging papers",
    "publish": "publishing",
}

#: How many files that are not dumps and how many notes are printed, and how many dumps a note names. The store has all.
_MOST_FILES, _MOST_NOTES, _MOST_NAMES = 50, 20, 3


@contextmanager
def progress_bar() -> Iterator[Observer]:
    """Show progress on stderr: a bar on a terminal, otherwise an occasional line."""
    if not sys.stderr.isatty():
        yield seldom(lambda stage, far: say(f"{_STAGES.get(stage, stage)}: {far}", err=True), every_seconds=5.0)
        return
    columns = (BarColumn(), TextColumn("{task.fields[far]}"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(TextColumn("{task.description}"), *columns, console=console.err(), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def observe(stage: str, done: int, total: int) -> None:
            far = how_far(stage, done, total)
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total, far=far)
            bars.update(tasks[stage], completed=done, total=total, far=far)

        yield observe


def answer(result: RunResult, told: dict[str, Any], words: Callable[[Any], object]) -> None:
    """Print the problems of a run, then its answer; exit with 1 if a dump or the export failed."""
    tell_problems(result)
    emit(told, words)
    if result.unreadable or result.held_back or result.export_fault:
        sys.exit(1)


def tell_problems(result: RunResult) -> None:
    """Print everything that a user should act on, to stderr."""
    err = console.err()
    shown = result.unreadable[:_MOST_FILES]
    for outcome, message in zip(shown, each_remedy_once(o.message or "" for o in shown), strict=True):
        err.print(f"[red]not read[/] ({outcome.reason_code}) {escape(message)}")
    if (more := len(result.unreadable) - len(shown)) > 0:
        err.print(f"[red]not read[/] and {counted(more, 'more file')}: `papersieve status` lists them all")
    for outcome in result.held_back:
        err.print(f"[red]held back[/] ({outcome.reason_code}) {escape(outcome.message or '')}")
    if result.export_fault:
        err.print(f"[red]not exported[/] {escape(result.export_fault)}")
    told = {result.export_fault, *(o.message for o in (*result.unreadable, *result.held_back))}
    for message in result.messages:
        if message not in told:
            err.print(f"[yellow]note[/] {escape(message)}")
    _tell_notices(err, result.notices)
    for check in result.checks:
        if not check.is_passed:
            for finding in tell_failed(check):
                err.print(f"[yellow]{check.check.severity}[/] {escape(finding)}")


def _tell_notices(err: Console, notices: pl.DataFrame) -> None:
    """Print what was noticed in dumps, one line each up to a limit. Notes about guessed columns are only counted,
    because most files have them.
    """
    if notices.is_empty():
        return
    of_columns = (pl.col("code") == "columns") & ~pl.col("message").str.contains(NO_TITLE, literal=True)
    others = notices.filter(~of_columns)
    guessed = notices.filter(of_columns & pl.col("message").str.contains("guessed by name"))["name"].unique().sort()
    for row in others.head(_MOST_NOTES).to_dicts():
        times = f" ({row['lines']:,} times)" if row["lines"] > 1 else ""
        code = "" if row["message"].startswith(row["code"]) else f"{row['code']}: "
        told = f"{row['name']}:{row['first_line']}{times}: {code}{row['message']}"
        err.print(f"[yellow]note[/] {escape(told)}")
    if (more := others.height - _MOST_NOTES) > 0:
        err.print(f"[yellow]note[/] and {counted(more, 'more note')}: `papersieve query 'FROM notices'`")
    if names := guessed.to_list():
        some = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
        err.print(
            f"[yellow]note[/] columns were guessed by their names in {counted(len(names), 'dump')} ({escape(some)}): "
            "`papersieve inspect FILE` says how"
        )


def tell_result(result: RunResult, store: Path, warehouse: Path) -> None:
    """Print the funnel and where the warehouse is."""
    out = console.out()
    for dump in result.withdrawn:
        if not dump["dump_id"]:
            out.print(f"no longer listed as unreadable: {dump['location']}")
            continue
        stays = "; the dump stays, as the same bytes lie elsewhere too" if dump["other_places"] else ""
        out.print(f"withdrawn: {dump['dump_id']} {dump['location']} ({counted(dump['records'], 'record')}{stays})")
    counts = {name: f"{result.funnel[name]:,}" for name in FUNNEL}
    width = max(map(len, counts.values()))
    for name, meaning in FUNNEL.items():
        out.print(f"{counts[name]:>{width}}  {name.replace('_', ' '):<15}  {meaning}")
    state = "published" if result.published else "unchanged" if warehouse.exists() else "not published yet"
    out.print(f"{state}: {warehouse} (store: {store})")


def as_json(result: RunResult, store: Path, warehouse: Path) -> dict[str, Any]:
    """The result for scripts."""
    return {
        **result.funnel,
        "published": result.published,
        "store": str(store),
        "warehouse": str(warehouse),
        "outcomes": [
            {name: getattr(o, name) for name in ("name", "location", "outcome", "reason_code", "message")}
            for o in result.outcomes
        ],
        "withdrawn": result.withdrawn,
        "messages": result.messages,
        "failed_checks": [c.check.name for c in result.checks if not c.is_passed],
    }


def tell_plan(found: dict[str, Any]) -> None:
    """Print what a run would do."""
    out = console.out()
    for outcome in found["outcomes"]:
        why = f"  {outcome['message']}" if outcome["message"] else ""
        out.print(f"{outcome['outcome']:11} {outcome['name']}{why}")
    if found["message"]:
        out.print(found["message"])
    out.print("to derive   " + (", ".join(found["pending"]) or "nothing"))
