"""What a person sees: the progress bar, the funnel, the problems. Words only; every number is computed elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from papersieve.warehouse import console
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.progress import Progress as Observer
from papersieve.warehouse.progress import how_far
from papersieve.warehouse.published.audit import tell_failed
from papersieve.warehouse.run import FUNNEL, RunResult

_STAGES = {
    "ingest": "reading dumps",
    "records": "judging dumps",
    "documents": "signing documents",
    "pairs": "verifying pairs",
    "papers": "merging papers",
    "publish": "publishing",
}

#: Notes on dumps that a run tells; the warehouse has all.
_MOST_NOTES = 20

#: Without a terminal, a line about how far a stage is comes at most this often.
_SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress_bar() -> Iterator[Observer]:
    """Show progress on stderr: a bar on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
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


def _lines() -> Observer:
    last = {"at": time.monotonic()}

    def observe(stage: str, done: int, total: int) -> None:
        if time.monotonic() - last["at"] >= _SECONDS_BETWEEN_LINES and done < total:
            last["at"] = time.monotonic()
            print(f"{_STAGES.get(stage, stage)}: {how_far(stage, done, total)}", file=sys.stderr)  # noqa: T201

    return observe


def tell_problems(result: RunResult) -> None:
    """Everything a user should act on, on stderr."""
    err = console.err()
    for outcome in result.unreadable:
        err.print(f"[red]not read[/] ({outcome.reason_code}) {escape(outcome.message or '')}")
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
    """What was noticed in dumps: a line each up to a limit;
    columns that were guessed are counted, as most files have them.
    """
    if notices.is_empty():
        return
    is_guess = pl.col("code") == "columns"
    others, guessed = notices.filter(~is_guess), notices.filter(is_guess)["name"].n_unique()
    for row in others.head(_MOST_NOTES).to_dicts():
        times = f" ({row['lines']:,} times)" if row["lines"] > 1 else ""
        told = f"{row['name']}:{row['first_line']}{times}: {row['code']}: {row['message']}"
        err.print(f"[yellow]note[/] {escape(told)}")
    if (more := others.height - _MOST_NOTES) > 0:
        err.print(f"[yellow]note[/] and {counted(more, 'more note')}: `papersieve query 'FROM notices'`")
    if guessed:
        err.print(
            f"[yellow]note[/] columns were guessed by their names in {counted(guessed, 'dump')}: `papersieve inspect FILE` says how"
        )


def tell_result(result: RunResult, store: Path, warehouse: Path) -> None:
    """The funnel and where the warehouse is, on stdout."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="bold")
    table.add_column()
    table.add_column(style="dim")
    for name, meaning in FUNNEL.items():
        table.add_row(f"{result.funnel[name]:,}", name.replace("_", " "), meaning)
    out = console.out()
    for dump in result.withdrawn:
        stays = "; the dump stays, as the same bytes lie elsewhere too" if dump["other_places"] else ""
        out.print(f"withdrawn: {dump['dump_id']} {dump['location']} ({counted(dump['records'], 'record')}{stays})")
    out.print(table)
    state = "published" if result.published else "unchanged"
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


def tell_status(found: dict[str, Any]) -> None:
    """Status in words, on stdout."""
    out = console.out()
    publication = found["publication"]
    at = f"version {found['store_version']}, settings {found['settings_fingerprint']}"
    console.labelled(out, "store", f"{found['store']} ({at})")
    state = "nothing is published yet"
    if publication:
        state = f"store version {publication['store_version']}, published {publication['published_at']:%Y-%m-%d %H:%M:%S} UTC"
    console.labelled(out, "warehouse", f"{found['warehouse']} ({state})")
    console.labelled(out, "pending", ", ".join(found["pending"]) or "nothing")
    console.labelled(out, "holds", ", ".join(_held(name, count) for name, count in found["funnel"].items()))
    for held in found["held_back_dumps"]:
        console.labelled(out, "held back", f"{held['location']}: {held['message']}")
    for fault in found["unreadable_dumps"]:
        console.labelled(out, "not read", f"({fault['reason_code']}) {fault['message']}")


def _held(name: str, count: int) -> str:
    things = name.replace("_", " ")
    return counted(count, "match" if name == "matches" else things.removesuffix("s"), things)


def tell_plan(found: dict[str, Any]) -> None:
    """What a run would do, on stdout."""
    out = console.out()
    for outcome in found["outcomes"]:
        why = f"  {outcome['message']}" if outcome["message"] else ""
        out.print(f"{outcome['outcome']:11} {outcome['name']}{why}")
    if found["message"]:
        out.print(found["message"])
    out.print("would work  " + (", ".join(found["pending"]) or "nothing"))


def tell_differences(found: dict[str, Any]) -> None:
    """How what is stored differs from what was derived (`differs`, `tables`), on stdout."""
    out = console.out()
    if not found["differs"]:
        out.print("nothing differs: " + ", ".join(row["table_name"] for row in found["tables"]))
    for row in found["tables"]:
        if row["only_stored"] or row["only_derived"]:
            out.print(
                f"{row['table_name']}: {counted(row['only_stored'], 'row')} only stored, {row['only_derived']:,} only derived"
            )


def tell_versions(versions: pl.DataFrame, *, is_held: bool) -> None:
    """The versions of the warehouse, and which is in place, on stdout."""
    out = console.out()
    for row in versions.to_dicts():
        place = "in place" + (", held" if is_held else "") if row["is_in_place"] else ""
        out.print(
            f"{row['revision']:6}  {row['revision_id'][:8]}  {row['published_at']:%Y-%m-%d %H:%M:%S}  {counted(row['papers'], 'paper')}, "
            f"{counted(row['records'], 'record')}, {counted(row['dumps'], 'dump')}, {row['size_bytes'] / 1e6:,.1f} MB  {place}"
        )
    if versions.is_empty():
        out.print("nothing is published yet")
    if is_held:
        out.print("held: runs publish nothing until `papersieve rollback --release`")


def tell_inspections(dumps: list[dict[str, Any]]) -> None:
    """What a run would make of the dumps of a file, on stdout."""
    for dump in dumps:
        _tell_inspection(dump)


def _tell_inspection(found: dict[str, Any]) -> None:
    out = console.out(markup=True)
    out.print(f"[bold]{escape(found['location'])}[/]")
    if "format" not in found:
        out.print(f"  [red]not read[/]   ({found['reason_code']}) {escape(found['message'])}")
        if found.get("begins"):
            out.print(f"  begins     {escape(repr(found['begins']))}")
        return
    unit = found["unit"]
    out.print(f"  format     {found['format']}: {escape(found['why'])}")
    out.print(f"  {unit:<10} {found['lines']:,}: " + ", ".join(f"{n:,} {fate}" for fate, n in found["fates"].items()))
    out.print(f"  records    {found['records']:,}, {found['quarantined']:,} of them would be quarantined")
    if others := found["other_fields"]:
        out.print(
            "  no column  " + escape(", ".join(f"{name} ({n:,})" for name, n in others.items())) + ": in other_fields"
        )
    for code, count in found["reason_codes"].items():
        out.print(f"  rejected   {count:,} x {code}")
    for line in found["first_rejected"]:
        out.print(f"             {unit[:-1]} {line['line']} ({line['reason_code']}): {escape(line['text'][:100])}")
    for notice in found["notices"]:
        code = "" if notice["message"].startswith(notice["code"]) else f"{notice['code']}: "
        out.print(f"  note       {unit[:-1]} {notice['line']}: {code}{escape(notice['message'])}")
    for record in found["first_records"]:
        first, last = record["line_start"], record["line_end"]
        out.print(f"  {unit[:-1]} {first}" if first == last else f"  {unit} {first}-{last}")
        for name, value in record.items():
            if value not in (None, []) and not name.startswith("line_"):
                shown = "; ".join(value) if isinstance(value, list) else str(value)
                out.print(f"    {name:<16} {escape(shown[:120])}{'…' if len(shown) > 120 else ''}")
