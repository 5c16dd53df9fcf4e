"""Verdicts: what each check finds in the stored tables. This module does not need Dagster."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.quarantine import StructureError, split
from papersieve.checks.thresholds import DRIFTS, OF_EACH_DUMP, THRESHOLDS, Threshold, drift
from papersieve.pipeline.errors import StoreError
from papersieve.pipeline.settings import Settings, flat
from papersieve.warehouse.published.reader import read_publication
from papersieve.warehouse.store.rebuild import verify_sample
from papersieve.warehouse.store.store import Store

#: The most rows of a table that are checked: `block_keys` has dozens per document.
CHECKED_ROWS = {"block_keys": 100_000}

#: Columns that stages pass on but the store does not keep: each abstract is stored once, in its record.
_NOT_STORED = {"documents": {"abstract_text"}}

#: Measures whose rows a statement of the same name lists.
_LISTED = ("unreadable_dumps", "held_back_dumps")

#: The columns of these rows that are shown: more would push the reason off the page.
_TOLD = ("location", "reason_code", "message")

#: How many papers are derived again and compared with the stored ones.
VERIFIED_PAPERS = 20

Numbers = dict[str, float | str]


@dataclass(frozen=True)
class Surroundings:
    """What a check knows apart from the store."""

    dump_folder: Path
    warehouse: Path
    settings: Settings


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    numbers: shown with the result. rows: those that break the check. fault: what is wrong, if the rows don't show it.
    """

    is_passed: bool
    numbers: Numbers = field(default_factory=dict)
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    fault: str | None = None

    @property
    def failed_rows(self) -> int:
        """The number of rows that break the check; 1 if it failed and is not about rows."""
        return int(self.numbers.get("failed_rows", not self.is_passed))


def contract(store: Store, _: Surroundings, table: str) -> Verdict:
    """Check a stored table against its contract, without the columns that only the store has (numbers, times)."""
    said = CONTRACTS[table].columns
    rules = replace(CONTRACTS[table], columns={n: said[n] for n in said if n not in _NOT_STORED.get(table, ())})
    columns = [column for column in store.columns(table) if column in rules.columns]
    frame = store.rows(table, *columns, most=CHECKED_ROWS.get(table))
    try:
        good, broken = split(frame, rules)
    except StructureError as fault:
        return Verdict(is_passed=False, numbers={"rows": frame.height}, fault=str(fault))
    numbers: Numbers = {"rows": frame.height, "failed_rows": broken.height}
    return Verdict(broken.is_empty(), numbers=numbers, rows=broken.select("reason_codes", *good.columns))


def measure(store: Store, _: Surroundings, name: str) -> Verdict:
    """Judge a measure. The rows that it counts are shown if there are few."""
    value = dict(store.query("measure").iter_rows())[name]
    rows = store.query(name).select(_TOLD) if name in _LISTED else None
    return _against(THRESHOLDS[name], value, {"value": value}, rows)


def removed_files(store: Store, around: Surroundings) -> Verdict:
    """Find dumps of the store whose file is no longer in the dump folder."""
    folder = around.dump_folder
    places = [Path(place) for place in store.query("known_dumps")["location"]]
    gone = [str(p.relative_to(folder)) for p in places if p.is_relative_to(folder) and not p.exists()]
    return _no_rows(pl.DataFrame({"removed": gone}))


def quarantined_share_of_each_dump(store: Store, _: Surroundings) -> Verdict:
    """Find dumps above the threshold; they are shown, the worst first."""
    share = pl.col("quarantined") / pl.col("entries")
    shares = store.query("dump_shares").select("name", "entries", "quarantined", "reason", quarantined_share=share)
    bad = shares.filter(pl.col("quarantined_share") > OF_EACH_DUMP.warn_above)
    worst = max(bad["quarantined_share"].to_list(), default=0.0)
    ordered = bad.sort("quarantined_share", "name", descending=[True, False])
    return _against(OF_EACH_DUMP, worst, {"failed_rows": bad.height}, ordered)


def nothing_is_mixed(store: Store, _: Surroundings) -> Verdict:
    """Check that all stages used the same settings for block keys, so that keys made with two settings never met."""
    stages = store.query("stage_states").iter_rows(named=True)
    states = {row["stage"]: flat(json.loads(row["settings"])).items() for row in stages}
    keys = states.get("documents")
    other = [name for name in ("pairs", "papers") if name in states and not (keys and keys <= states[name])]
    return _no_rows(pl.DataFrame({"stage of other settings than documents": other}))


def every_stage_is_complete(store: Store, _: Surroundings) -> Verdict:
    """Check that no stage has pending documents, and that all are at the current version of the store."""
    states = store.query("stage_states")
    behind = (pl.col("version") != pl.col("store_version")) | (pl.col("pending_documents") > 0)
    return _no_rows(states.filter(behind).select("stage", "version", "store_version", "pending_documents"))


def drift_of(store: Store, around: Surroundings, name: str) -> Verdict:
    """Compare a measure with that of the published version; the check passes if there is none."""
    publication = read_publication(around.warehouse)
    asked = pl.DataFrame({"revision": [publication.revision if publication else -1]})
    before = dict(store.query("measures_of", asked=asked).iter_rows())
    if name not in before:
        return Verdict(is_passed=True, numbers={"published": "nothing yet"})
    value = dict(store.query("measure").iter_rows())[name]
    change = drift(name, value, before[name], before["records"])
    return _against(DRIFTS[name], change, {"value": value, "published": before[name], "change": change})


def papers_come_out_the_same(store: Store, around: Surroundings) -> Verdict:
    """Derive a sample of papers again, and show the tables in which they differ."""
    seed = store.value("store_version")
    try:
        found = verify_sample(store, around.settings, papers=VERIFIED_PAPERS, seed=seed)
    except StoreError as fault:  # if a stage is pending
        return Verdict(is_passed=False, fault=str(fault))
    return _no_rows(found.filter((pl.col("only_stored") > 0) | (pl.col("only_derived") > 0)))


def _no_rows(rows: pl.DataFrame) -> Verdict:
    return Verdict(rows.is_empty(), {"failed_rows": rows.height}, rows)


def _against(threshold: Threshold, value: float, numbers: Numbers, rows: pl.DataFrame | None = None) -> Verdict:
    told = numbers | {"warn_above": threshold.warn_above}
    return Verdict(value <= threshold.warn_above, told, pl.DataFrame() if rows is None else rows)
