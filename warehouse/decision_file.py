"""Decisions as a CSV file: out of one store and into another, as they bind to content and not to a store."""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TextIO

import polars as pl

from warehouse.decisions import DECISION_SCHEMA, Decision, DecisionError, decide_all, shown
from warehouse.harmless import harmless
from warehouse.outputs import written_aside
from warehouse.store import Store

#: What a spreadsheet takes for a formula at the beginning of a cell; such a cell is written with an apostrophe before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")

_NEEDED = ("left_document_id", "right_document_id", "decision", "decided_by")
_TITLES = ["left_title", "right_title"]

#: Of a title, which is there for a person's eye. A cell of more than 131,072 could not be read back.
_TITLE_CHARACTERS = 300

#: Characters of a line. A row of decisions has some hundreds; a file that is none may be one line of gigabytes.
_LINE_CHARACTERS = 100_000

#: Bytes that are not UTF-8, as Python reads them, and NUL, which a file of another encoding is full of.
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class Imported(NamedTuple):
    """imported: decisions that were new. not_here: those among them about a document that no record carries now."""

    imported: int
    not_here: int


def export_decisions(store: Store, file: Path) -> int:
    """Write all decisions, with the titles of both documents for a person's eye (not read back); returns how many.

    A file that was there is replaced once the new one is whole. Raises DecisionError where the place has something
    else, such as a pipe: who reads it slowly would keep the store from others. Raises OutputError where it can't be written.
    """
    if file.exists() and not file.is_file():
        raise DecisionError(f"{file}: expected a file to write to, found {_other(file)}. Name another one.")
    rows = with_titles(store, store.query("decisions"))
    with written_aside(file) as aside, aside.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out)
        write.writerow([*DECISION_SCHEMA, *_TITLES])
        for *decision, at, left, right in rows.select(*DECISION_SCHEMA, *_TITLES).iter_rows():
            titles = (harmless(title)[:_TITLE_CHARACTERS] for title in (left, right))
            write.writerow([_no_formula(cell) for cell in (*decision, at.isoformat(), *titles)])
    return rows.height


def import_decisions(store: Store, file: Path) -> Imported:
    """Keep the decisions of a file as `export_decisions` writes it, all or none.

    Needed columns: those of both documents, decision, decided_by; decided_at where it is known (in UTC, where it names
    no zone). A decision that is known already stays as it is. Raises DecisionError where the file can't be read, where a
    value is not valid, where it says otherwise of two documents than the store or itself does, or where a chain
    contradicts.
    """
    new = _new_ones(store, _read(file))
    if new:
        with _placed(str(file)):
            decide_all(store, new)
    return Imported(len(new), _count_not_here(store, new))


def with_titles(store: Store, decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions with left_title, right_title: null where no record carries the document now."""
    ends = pl.concat([decisions["left_document_id"], decisions["right_document_id"]]).unique().to_frame("document_id")
    titles = store.query("titles_of_documents", chosen=ends)
    for side in ("left", "right"):
        named = titles.rename({"document_id": f"{side}_document_id", "title": f"{side}_title"})
        decisions = decisions.join(named, on=f"{side}_document_id", how="left", maintain_order="left")
    return decisions


def _new_ones(store: Store, rows: Iterable[tuple[str, Decision]]) -> list[Decision]:
    """The decisions that the store lacks, each once."""
    known = {(left, right): (what, who) for left, right, what, who, _ in store.query("decisions").iter_rows()}
    new = []
    for place, made in rows:
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
    """How many are about a document that no record carries now."""
    ends = [(made.left_document_id, made.right_document_id) for made in decisions]
    asked = pl.DataFrame({"document_id": pl.Series([end for both in ends for end in both], dtype=pl.String).unique()})
    here = set(store.query("documents_here", chosen=asked)["document_id"])
    return sum(not here.issuperset(both) for both in ends)


def _read(file: Path) -> Iterator[tuple[str, Decision]]:
    """Each row: where it stands, and what it says."""
    if not file.is_file():  # another kind, such as a pipe, might never end
        raise DecisionError(f"{file}: expected a CSV file of decisions, found {_other(file)}.")
    header: list[str] = []
    for line, cells in _rows(file):
        place = f"{file}, line {line}"
        with _placed(place):
            if header:
                made = _decision(header, cells)
            else:
                header = _header(cells)
                continue
        yield place, made
    if not header:
        with _placed(str(file)):
            raise DecisionError("expected a CSV file of decisions, found an empty file")


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not blank, each with the number of its first line."""
    line = 1
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            reader = csv.reader(_lines(file, text), strict=True)
            for cells in reader:
                if cells:
                    yield line, cells
                line = reader.line_num + 1
    except (OSError, csv.Error) as error:
        with _placed(f"{file}, line {line}"):
            raise DecisionError(f"expected CSV, but it can't be read: {error}") from error


def _lines(file: Path, text: TextIO) -> Iterator[str]:
    """The lines of a text. A file that is no CSV may be one line of gigabytes, so a line is read with a bound."""
    for number, line in enumerate(iter(lambda: text.readline(_LINE_CHARACTERS + 1), ""), start=1):
        with _placed(f"{file}, line {number}"):
            if len(line) > _LINE_CHARACTERS:
                raise DecisionError(f"expected at most {_LINE_CHARACTERS:,} characters in a line, found more")
            if _NOT_TEXT.search(line):
                raise DecisionError("expected text in UTF-8 without NUL. Save the file as CSV in UTF-8")
        yield line


def _header(cells: list[str]) -> list[str]:
    """The names of the columns."""
    names = [cell.strip() for cell in cells]
    if missing := [name for name in _NEEDED if name not in names]:
        raise DecisionError(
            f"expected the columns {', '.join(_NEEDED)}, separated by commas; missing: {', '.join(missing)}; "
            f"found {shown(','.join(names))}"
        )
    if twice := [name for name in DECISION_SCHEMA if names.count(name) > 1]:
        raise DecisionError(f"expected each column once, found {', '.join(twice)} more than once")
    return names


def _decision(header: list[str], cells: list[str]) -> Decision:
    if len(cells) != len(header):
        raise DecisionError(f"expected {len(header)} cells as in the first line, found {len(cells)}")
    values = dict(zip(header, cells, strict=True))
    for name in _NEEDED:
        if not values[name].strip():
            raise DecisionError(f"expected a value of {name}, found none")
    left, right, decision, who = (values[name] for name in _NEEDED)
    return Decision(left, right, decision, who.strip().removeprefix("'"), _time(values.get("decided_at", "")))


def _time(text: str) -> datetime:
    """A time as it is written; none is now."""
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
    """Say of what is wrong where it stands, and that it kept everything out."""
    try:
        yield
    except DecisionError as error:
        raise DecisionError(f"{place}: {str(error).rstrip('.')}. Nothing was imported.", error.chain) from error


def _other(place: Path) -> str:
    if place.is_dir():
        return "a folder"
    return "a pipe or a device" if place.exists() else "no such file"


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
