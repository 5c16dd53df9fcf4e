"""The gate: it holds back dumps with too much unusable content, and lets them in when that changes.

A dump that is held back stays in the store with all its lines. Its good records are kept with the quarantined ones, so
nothing is derived from them. The gate is applied in the stage `records`. A dump without entries does not even replace
one that has some.
"""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from papersieve.checks.thresholds import GATES, judge_dumps
from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.settings import Gate
from papersieve.warehouse.store.outcomes import DumpOutcome
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import named_dumps

_SAYS = {
    "quarantined_share": "{bad:,} of its {rows:,} records break their contract",
    "rejected_line_share": "{bad:,} of its {rows:,} lines are part of no record",
}


def apply_gate(store: Store, gate: Gate) -> None:
    """Hold back each dump that is above a limit, and let in those that were held back and no longer are."""
    dumps = store.query("dump_shares").filter(~pl.col("is_accepted"))
    limits = {share: getattr(gate, share) for share in GATES}
    failing = judge_dumps(dumps, limits, gate.min_rows)
    if failing.is_empty() and not store.count("held_back_dumps"):
        return
    messages = pl.Series("message", [_why(row) for row in failing.iter_rows(named=True)], dtype=pl.String)
    with store.transaction():
        store.execute("hold_back", failing=failing.select("dump_id", "reason_code", messages))


def has_entries(store: Store, dump_id: str) -> bool:
    """Whether a dump of the store has any entries."""
    return bool(store.value("has_entries", dump_id=dump_id))


def refuse_empty(store: Store, found: RawDump, held: str | None, *, is_empty: bool) -> None:
    """Raise DumpError if a dump without entries would replace one that has some: a log-in page, a broken export."""
    if held and is_empty and has_entries(store, held):
        raise DumpError(
            "no_entry",
            f"{found.location}: expected papers, found none; those of its previous content stay. "
            f"Repair the file, or withdraw them: papersieve withdraw {found.name}",
        )


def _why(row: dict[str, object]) -> str:
    """A message: why a dump is held back, and what can be done."""
    rows, bad = GATES[str(row["reason_code"])]
    most = f", most often for {row['reason']}" if row["reason"] and bad == "quarantined" else ""
    told = _SAYS[str(row["reason_code"])].format(rows=row[rows], bad=row[bad])
    return (
        f"{told}{most} (share {row['value']:.2f}, at most {row['limit']:g}). Nothing of it is in the papers. "
        f"Replace the file by a whole one, or take it as it is: papersieve run FILE --accept {str(row['dump_id'])[:8]}"
    )


def accept(store: Store, names: Iterable[str]) -> None:
    """Note that a person accepts these dumps as they are. names and errors: as for `withdraw`."""
    known = store.query("accepted_dumps")
    new = named_dumps(store, names, "accepted").unique("dump_id", keep="first").join(known, on="dump_id", how="anti")
    with store.transaction():
        store.execute("accept_dumps", accepted=new.select("dump_id", "location"))


def judged(store: Store, outcomes: list[DumpOutcome]) -> list[DumpOutcome]:
    """The outcomes, changed to `held_back` for dumps that the gate holds back."""
    held = {row["location"]: row for row in store.ask_rows("held_back_dumps")}
    told = list(outcomes)
    for place, outcome in enumerate(outcomes):
        if outcome.location in held and outcome.outcome not in ("removed", "withdrawn", "unreadable"):
            row = held[outcome.location]
            message = f"{outcome.location}: {row['message']}"
            told[place] = replace(outcome, outcome="held_back", reason_code=row["reason_code"], message=message)
    return told
