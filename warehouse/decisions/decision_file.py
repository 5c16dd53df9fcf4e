"""Decisions as a CSV file, to make in a spreadsheet or to move to another store: they refer to document contents."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from papersieve.warehouse.decisions import spreadsheet
from papersieve.warehouse.decisions.decisions import DECISION_SCHEMA, Decision, DecisionError, decide_all, shown
from papersieve.warehouse.decisions.spreadsheet import SpreadsheetError, shortened, write_rows
from papersieve.warehouse.harmless import harmless
from papersieve.warehouse.published.reader import reading
from papersieve.warehouse.sql import ask
from papersieve.warehouse.store.store import Store

_NEEDED = ("left_document_id", "right_document_id", "decision", "decided_by")
_TITLES = ["left_title", "right_title"]


class Imported(NamedTuple):
    """imported: number of new decisions. not_here: how many of them are about a document that no record has at present.

    undecided: number of rows with an empty decision, as the export of pairs to review writes them.
    """

    imported: int
    not_here: int
    undecided: int


def export_decisions(store: Store, file: Path) -> int:
    """Write all decisions and return their number. The titles of both documents are for people, and are not read back.

    An existing file is replaced once the new one is complete. Raises DecisionError if the place is not a file but, for
    example, a pipe: a slow reader would block the store for others. Raises OutputError if it can't be written.
    """
    if file.exists() and not file.is_file():
        raise DecisionError(
            f"{file}: expected a file to write to, found {spreadsheet.what_is_there(file)}. Name another one."
        )
    rows = with_titles(store, store.query("decisions"))
    write_rows(file, [[*DECISION_SCHEMA, *_TITLES], *map(_cells, rows.select(*DECISION_SCHEMA, *_TITLES).iter_rows())])
    return rows.height


def export_review(warehouse: Path, file: Path, who: str) -> int:
    """Write the pairs to review as rows without a decision, to be filled in and imported; returns their number.

    who: the person who decides. Titles and places are for people, and are not read back.
    """
    with reading(warehouse) as con:
        rows = ask(con, "review_rows", who=who)
    texts = rows.cast(pl.String)
    write_rows(file, [texts.columns, *([shortened(cell) for cell in row] for row in texts.iter_rows())])
    return rows.height


def import_decisions(store: Store, file: Path) -> Imported:
    """Store the decisions of a file in the form that `export_decisions` writes: all of them or none.

    Required columns: those of both documents, decision, decided_by; a row without a decision is skipped. decided_at is
    optional (UTC if it has no time zone). A decision that is already stored stays as it is. Raises DecisionError if the
    file can't be read, if a value is invalid, if two rows or a row and the store disagree about two documents, or if a
    chain of decisions contradicts one of them.
    """
    rows = list(_read(file))
    new = _new_ones(store, rows)
    if new:
        with _placed(str(file)):
            decide_all(store, new)
    return Imported(len(new), _count_not_here(store, new), sum(made is None for _, made in rows))


def with_titles(store: Store, decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions with left_title, right_title: null if no record has the document at present."""
    ends = pl.concat([decisions["left_document_id"], decisions["right_document_id"]]).unique().to_frame("document_id")
    titles = store.query("titles_of_documents", chosen=ends)
    for side in ("left", "right"):
        named = titles.rename({"document_id": f"{side}_document_id", "title": f"{side}_title"})
        decisions = decisions.join(named, on=f"{side}_document_id", how="left", maintain_order="left")
    return decisions


def _new_ones(store: Store, rows: Iterable[tuple[str, Decision | None]]) -> list[Decision]:
    """The decisions that the store doesn't have, each once."""
    known = {(left, right): (what, who) for left, right, what, who, _ in store.query("decisions").iter_rows()}
    new = []
    for place, made in rows:
        if made is None:
            continue
        ends = made.left_document_id, made.right_document_id
        if ends not in known:
            known[ends] = made.decision, made.decided_by
            new.append(made)
        elif known[ends][0] != made.decision:
            what, who = known[ends]
            with _placed(place):
                raise DecisionError(
                    f"{made.decision} {' '.join(ends)} contradicts the {what} of {harmless(who)} about the same two. "
                    "Undo that one, or take the line out"
                )
    return new


def _count_not_here(store: Store, decisions: list[Decision]) -> int:
    """The number of decisions about a document that no record has at present."""
    ends = [(made.left_document_id, made.right_document_id) for made in decisions]
    asked = pl.DataFrame({"document_id": pl.Series([end for both in ends for end in both], dtype=pl.String).unique()})
    here = set(store.query("documents_here", chosen=asked)["document_id"])
    return sum(not here.issuperset(both) for both in ends)


def _read(file: Path) -> Iterator[tuple[str, Decision | None]]:
    """Each row: its place in the file, and its decision; None if it has none."""
    try:
        for place, cells in spreadsheet.read_table(file, "decisions", _NEEDED, DECISION_SCHEMA):
            with _placed(place):
                made = _decision(cells)
            yield place, made
    except SpreadsheetError as error:
        raise DecisionError(_nothing_imported(error)) from error


def _cells(row: tuple[Any, ...]) -> list[str]:
    *decision, at, left, right = row
    return [*decision, at.isoformat(), shortened(left), shortened(right)]


def _decision(values: dict[str, str]) -> Decision | None:
    if not values["decision"].strip():
        return None
    for name in _NEEDED:
        if not values[name].strip():
            raise DecisionError(f"expected a value of {name}, found none")
    left, right, decision, who = (values[name] for name in _NEEDED)
    return Decision(left, right, decision, who.strip().removeprefix("'"), _time(values.get("decided_at", "")))


def _time(text: str) -> datetime:
    """The time that the file states; an empty text means now."""
    if not text.strip():
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise DecisionError(
            f"expected a time as decided_at, such as 2026-01-05T06:00:00, found {shown(text)}"
        ) from error


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """Add to an error where in the file it is, and that nothing of the file was stored."""
    try:
        yield
    except DecisionError as error:
        raise DecisionError(f"{place}: {_nothing_imported(error)}", error.chain) from error


def _nothing_imported(error: Exception) -> str:
    return f"{str(error).rstrip('.')}. Nothing was imported."
