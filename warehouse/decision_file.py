"""Decisions as a CSV file: out of one store and into another, as they bind to content and not to a store."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from warehouse.decisions import DECISION_SCHEMA, DecisionError, decide_all
from warehouse.outputs import written_aside
from warehouse.store import Store

#: What a spreadsheet takes for a formula at the beginning of a cell; such a cell is written with an apostrophe before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")

_TITLES = ["left_title", "right_title"]


def export_decisions(store: Store, file: Path) -> int:
    """Write all decisions, with the titles of both documents for a person's eye (not read back); returns how many."""
    rows = with_titles(store, store.query("decisions"))
    with written_aside(file) as aside, aside.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out)
        write.writerow([*DECISION_SCHEMA, *_TITLES])
        for row in rows.select(*DECISION_SCHEMA, *_TITLES).iter_rows():
            write.writerow([_harmless(value.isoformat() if isinstance(value, datetime) else value) for value in row])
    return rows.height


def import_decisions(store: Store, file: Path) -> int:
    """Take decisions in from a file of `export_decisions`, all or none; returns how many were new.

    Needed columns: those of both documents, decision, decided_by; decided_at where it is known. One that is known already stays as it
    is. Raises DecisionError where the file can't be read, where it says otherwise of two documents than the store or
    itself does, or where a chain contradicts.
    """
    found = _read(file)
    known = {(left, right): (what, who) for left, right, what, who, _ in store.query("decisions").iter_rows()}
    new = {}
    for line, row in found:
        ends = tuple(sorted((row["left_document_id"], row["right_document_id"])))
        before = (
            known.get(ends) or (new[ends]["decision"], new[ends]["decided_by"])
            if ends in known or ends in new
            else None
        )
        if before and before[0] != row["decision"]:
            raise DecisionError(
                f"{file}, line {line}: {row['decision']} {' '.join(ends)} contradicts the {before[0]} of {before[1]} about the same "
                "two. Undo that one, or take the line out; nothing was imported."
            )
        if not before:
            new[ends] = row
    if new:
        try:
            decide_all(store, pl.DataFrame(list(new.values()), schema=DECISION_SCHEMA))
        except DecisionError as error:
            raise DecisionError(f"{file}: {error}", error.chain) from error
    return len(new)


def with_titles(store: Store, decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions with left_title, right_title: null where no record carries the document now."""
    ends = pl.concat([decisions["left_document_id"], decisions["right_document_id"]]).unique().to_frame("document_id")
    titles = store.query("titles_of_documents", chosen=ends)
    for side in ("left", "right"):
        named = titles.rename({"document_id": f"{side}_document_id", "title": f"{side}_title"})
        decisions = decisions.join(named, on=f"{side}_document_id", how="left", maintain_order="left")
    return decisions


def _read(file: Path) -> list[tuple[int, dict[str, object]]]:
    """(line number, decision) of each row."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            needed = {"left_document_id", "right_document_id", "decision", "decided_by"}
            if missing := needed - set(reader.fieldnames or []):
                raise DecisionError(
                    f"{file}: expected the columns {', '.join(sorted(needed))}; missing: {', '.join(sorted(missing))}"
                )
            return [(reader.line_num, _decision(file, reader.line_num, row)) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DecisionError(
            f"{file}: expected a CSV file of decisions in UTF-8, but it can't be read: {error}"
        ) from error


def _decision(file: Path, line: int, row: dict[str, str | None]) -> dict[str, object]:
    values = {name: (row.get(name) or "").strip() for name in DECISION_SCHEMA}
    for name, value in values.items():
        if not value and name != "decided_at":
            raise DecisionError(f"{file}, line {line}: expected a value of {name}, found none; nothing was imported")
    try:
        at = datetime.fromisoformat(values["decided_at"]) if values["decided_at"] else datetime.now(UTC)
    except ValueError as error:
        raise DecisionError(
            f"{file}, line {line}: expected a time as decided_at, such as 2026-01-05T06:00:00, found {values['decided_at']!r}"
        ) from error
    at = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    who = values["decided_by"]
    return {**values, "decided_by": who[1:] if who.startswith("'") else who, "decided_at": at}


def _harmless(value: str | None) -> str:
    return f"'{value}" if value and value.startswith(_FORMULA) else value or ""
