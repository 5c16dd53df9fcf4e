"""Checks of the stored tables. Where one of them fails with an error, nothing is published."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import polars as pl
from pydantic import Field

from papersieve.assets.metadata import first_rows
from papersieve.assets.resources import Papersieve, RunSettings
from papersieve.assets.store_access import POOL
from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.quarantine import StructureError, split
from papersieve.checks.rules import Contract
from papersieve.checks.thresholds import (
    DRIFTS,
    MIN_ROWS_FOR_ERROR,
    OF_EACH_DUMP,
    THRESHOLDS,
    Threshold,
    drift,
    judge_measures,
    judge_share,
)
from papersieve.pipeline.settings import flat
from papersieve.warehouse.published.reader import read_publication
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.verify import verify_open

#: Which asset each stored table belongs to.
ASSET_OF_TABLE = {
    "dumps": "dumps",
    "line_spans": "dumps",
    "rejected_lines": "dumps",
    "notices": "dumps",
    "records": "records",
    "documents": "documents",
    "block_keys": "documents",
    "pairs": "duplicate_pairs",
    "papers": "papers",
    "paper_lineage": "papers",
}

#: Rows of a table that is held against its contract: of `block_keys`, dozens a document, only so many.
CHECKED_ROWS = {"block_keys": 100_000}

#: The asset after which each measure is known.
ASSET_OF_MEASURE = {
    "unreadable_dumps": "dumps",
    "rejected_line_share": "dumps",
    "quarantined_share": "records",
    "hot_buckets": "duplicate_pairs",
    "duplicate_share": "papers",
    "largest_paper_records": "papers",
}

#: What to do where a check fails, by the check's name; the others say what is wrong, and that is a fault of ours.
REMEDIES = {
    "unreadable_dumps": "The reasons are in the asset's metadata: mend or remove these files.",
    "rejected_line_share": "Look at the table rejected_lines, and at the dumps' pages: is the layout a new one?",
    "quarantined_share": "Look at quarantined_records with their reason_codes.",
    "quarantined_share_of_each_dump": "Mend or fetch the file anew, or take the dump back: materialise its partition with `withdraw: true`.",
    "removed_files": "Put the files back, or take the dumps back: materialise their partitions with `withdraw: true`.",
    "hot_buckets": "Look at the table hot_buckets: is there boilerplate in many abstracts? The setting bucket_cap says what is too full.",
    "duplicate_share": "Is the folder the one that you meant? Nearly all of its records repeat others.",
    "largest_paper_records": "Look at the paper's records: boilerplate in place of an abstract makes one paper of many.",
    "records_drift": "Look at the last dumps: did one bring, or lose, far more records than usual?",
    "duplicate_share_drift": "Look at the last dumps: is one a copy? Take it back (`withdraw: true`), or run with resources.judging.config.accept_drift: true if that is how it is now.",
}

#: Papers that are derived anew to be compared with what is stored.
VERIFIED_PAPERS = 20


class Judging(dg.ConfigurableResource):
    """What a person says to the checks of one run."""

    accept_drift: bool = Field(False, description="publish though measures are far from those of the version before")


@dataclass(frozen=True)
class StoredCheck:
    """A check of the store: what it looks at, in words and as a function; errors and warnings as it says."""

    asset: str
    name: str
    description: str
    judge: Callable[[Store, Papersieve, Judging], dg.AssetCheckResult]

    def spec(self) -> dg.AssetCheckSpec:
        """What Dagster shows of it before it ran."""
        return dg.AssetCheckSpec(self.name, asset=self.asset, description=self.description, blocking=True)

    def judged(self, store: Store, papersieve: Papersieve, judging: Judging) -> dg.AssetCheckResult:
        """The result, with what to do where it fails, and kept in the store."""
        result = self.judge(store, papersieve, judging)
        keep(store, self.name, self.description, result)
        if not result.passed and self.name in REMEDIES:
            result = result._replace(description=" ".join(filter(None, [result.description, REMEDIES[self.name]])))
        return result._replace(asset_key=dg.AssetKey(self.asset), check_name=self.name)


def in_one_step(asset: str, checks: list[StoredCheck]) -> dg.AssetChecksDefinition:
    """All checks of an asset as one step, which opens the store once; in the UI each can be run alone."""

    @dg.multi_asset_check(name=f"{asset}_checks", specs=[check.spec() for check in checks], can_subset=True, pool=POOL)
    def judge_all(
        context: dg.AssetCheckExecutionContext, papersieve: Papersieve, judging: Judging
    ) -> Iterator[dg.AssetCheckResult]:
        wanted = {key.name for key in context.selected_asset_check_keys}
        with papersieve.open_store() as store:
            results = [check.judged(store, papersieve, judging) for check in checks if check.name in wanted]
        yield from results

    return judge_all


def keep(store: Store, name: str, description: str, result: dg.AssetCheckResult) -> None:
    """Add a result to the history of checks, unless the last one for these dumps was the same."""
    failed = result.metadata.get("failed_rows")
    rows = int(failed.value) if failed else int(not result.passed)
    found = {
        "check_name": [name],
        "severity": [result.severity.value.lower()],
        "description": [description],
        "failed_rows": [rows],
        "is_passed": [bool(result.passed)],
    }
    with store.transaction():
        store.execute("record_stored_check", new_results=pl.DataFrame(found))


def contract_check(table: str, asset: str) -> StoredCheck:
    """Make the check that every row of a stored table keeps the table's contract."""
    contract = CONTRACTS[table]
    rows = f" At most {CHECKED_ROWS[table]:,} rows are looked at." if table in CHECKED_ROWS else ""
    description = f"Every row of the table {table} keeps its contract. {contract.description}{rows}"
    return StoredCheck(
        asset, f"{table}_contract", description, lambda store, *_: contract_verdict(read_table(store, table), contract)
    )


def measure_check(measure: str, asset: str) -> StoredCheck:
    """Make the check that a measure is below its thresholds; between the two it warns."""
    description = f"How many, or which share: {THRESHOLDS[measure].meaning}."
    return StoredCheck(asset, measure, description, lambda store, *_: measure_verdict(store.query("measure"), measure))


def read_table(store: Store, table: str) -> pl.DataFrame:
    """The contract's columns of a stored table, without what the store notes beside them (numbers, times)."""
    columns = [column for column in store.columns(table) if column in CONTRACTS[table].columns]
    return store.rows(table, *columns, most=CHECKED_ROWS.get(table))


def contract_verdict(frame: pl.DataFrame, contract: Contract) -> dg.AssetCheckResult:
    """Hold a table against its contract; the first rows that break it are shown with their reasons."""
    try:
        good, broken = split(frame, contract)
    except StructureError as fault:
        return dg.AssetCheckResult(passed=False, description=str(fault), metadata={"rows": frame.height})
    shown = first_rows(broken.select("reason_codes", *good.columns))
    metadata = {"rows": frame.height, "failed_rows": broken.height} | shown
    return dg.AssetCheckResult(passed=broken.is_empty(), metadata=metadata)


def measure_verdict(measures: pl.DataFrame, measure: str) -> dg.AssetCheckResult:
    """Judge one of the measures (measure, value); the others say whether there is enough to judge by."""
    judged = judge_measures(measures).row(by_predicate=pl.col("measure") == measure, named=True)
    return _verdict(judged["judgement"], THRESHOLDS[measure], {"value": judged["value"]})


def _verdict(judgement: str, threshold: Threshold, metadata: dict[str, object]) -> dg.AssetCheckResult:
    limits = {"warn_above": threshold.warn_above, "error_above": threshold.error_above}
    return dg.AssetCheckResult(
        passed=judgement == "ok",
        severity=dg.AssetCheckSeverity.WARN if judgement == "warn" else dg.AssetCheckSeverity.ERROR,
        # Infinity is no JSON: a measure that never is an error has no such limit.
        metadata=metadata | {name: limit for name, limit in limits.items() if math.isfinite(limit)},
    )


def removed_files(store: Store, papersieve: Papersieve, _: Judging) -> dg.AssetCheckResult:
    """A warning where the dump folder no longer holds a file whose dump is in the store."""
    folder = Path(papersieve.dump_folder)
    places = [Path(place) for place in store.query("known_dumps")["location"]]
    gone = [str(p.relative_to(folder)) for p in places if p.is_relative_to(folder) and not p.exists()]
    return _rows_verdict(pl.DataFrame({"removed": gone}), dg.AssetCheckSeverity.WARN)


def quarantined_share_of_each_dump(store: Store, *_: object) -> dg.AssetCheckResult:
    """The worst dump says whether it is a warning or an error; all that are above the warning are shown."""
    shares = store.query("dump_shares").filter(pl.col("quarantined_share") > OF_EACH_DUMP.warn_above)
    enough = shares.filter(pl.col("entries") >= MIN_ROWS_FOR_ERROR)
    worst = judge_share(enough["quarantined_share"].max() if enough.height else 0.0, OF_EACH_DUMP)
    judgement = "error" if worst == "error" else "warn" if shares.height else "ok"
    return _verdict(judgement, OF_EACH_DUMP, {"failed_rows": shares.height} | first_rows(shares))


def nothing_is_mixed(store: Store, *_: object) -> dg.AssetCheckResult:
    """Every stage worked for the same signing: keys of two settings never met."""
    stages = store.query("stage_states").iter_rows(named=True)
    states = {row["stage"]: flat(json.loads(row["settings"])).items() for row in stages}
    keys = states.get("documents")
    other = [name for name in ("pairs", "papers") if name in states and not (keys and keys <= states[name])]
    return _rows_verdict(pl.DataFrame({"stage of other settings than documents": other}))


def every_stage_is_complete(store: Store, *_: object) -> dg.AssetCheckResult:
    """No stage has documents left to look at, and all worked for the dumps that are there."""
    states = store.query("stage_states")
    behind = (pl.col("version") != pl.col("store_version")) | (pl.col("pending_documents") > 0)
    return _rows_verdict(states.filter(behind).select("stage", "version", "store_version", "pending_documents"))


def _rows_verdict(
    rows: pl.DataFrame, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
) -> dg.AssetCheckResult:
    """Passed where there is no row; else the first ones are shown."""
    metadata = {"failed_rows": rows.height} | first_rows(rows)
    return dg.AssetCheckResult(passed=rows.is_empty(), severity=severity, metadata=metadata)


def drift_verdict(store: Store, papersieve: Papersieve, measure: str, *, is_accepted: bool) -> dg.AssetCheckResult:
    """Hold a measure against that of the version that readers have; passed where there is none."""
    publication = read_publication(Path(papersieve.warehouse))
    asked = pl.DataFrame({"revision": [publication.revision if publication else -1]})
    before = dict(store.query("measures_of", asked=asked).iter_rows())
    if measure not in before:
        return dg.AssetCheckResult(passed=True, metadata={"published": "nothing yet"})
    value = dict(store.query("measure").iter_rows())[measure]
    change = drift(measure, value, before[measure], before["records"])
    judgement = judge_share(change, DRIFTS[measure])
    told = {"value": value, "published": before[measure], "change": change}
    if judgement == "error" and is_accepted:
        judgement = "warn"
    return _verdict(judgement, DRIFTS[measure], told)


def drift_check(measure: str) -> StoredCheck:
    """Make the check that a measure is not far from that of the version that readers have."""
    return StoredCheck(
        "papers",
        f"{measure}_drift",
        f"Which share: {DRIFTS[measure].meaning}.",
        lambda store, papersieve, judging: drift_verdict(store, papersieve, measure, is_accepted=judging.accept_drift),
    )


@dg.asset_check(
    asset="papers",
    blocking=True,
    pool=POOL,
    description=f"{VERIFIED_PAPERS} papers, drawn anew for each version of the store, come out as they are stored when all about them is derived anew.",
)
def papers_come_out_the_same(papersieve: Papersieve, settings: RunSettings) -> dg.AssetCheckResult:
    """The tables in which they differ are shown."""
    with papersieve.open_store() as store:
        seed = store.query("store_version").item()
        found = verify_open(store, settings.over(papersieve.settings_file), papers=VERIFIED_PAPERS, seed=seed)
        result = _rows_verdict(found.filter((pl.col("only_stored") > 0) | (pl.col("only_derived") > 0)))
        keep(store, "papers_come_out_the_same", "A sample of papers comes out as it is stored.", result)
    return result


STORED = [
    *(contract_check(table, asset) for table, asset in ASSET_OF_TABLE.items()),
    *(measure_check(measure, asset) for measure, asset in ASSET_OF_MEASURE.items()),
    StoredCheck(
        "dumps", "removed_files", "Every dump of the dump folder still has its file there (a warning).", removed_files
    ),
    StoredCheck(
        "records",
        "quarantined_share_of_each_dump",
        f"For each dump alone, which share: {OF_EACH_DUMP.meaning}.",
        quarantined_share_of_each_dump,
    ),
    StoredCheck("papers", "nothing_is_mixed", "All stages worked for the same settings of signing.", nothing_is_mixed),
    StoredCheck(
        "papers",
        "every_stage_is_complete",
        "No stage has anything left to do, and all worked for the dumps that are there.",
        every_stage_is_complete,
    ),
    *map(drift_check, DRIFTS),
]
CHECKS = [
    *(in_one_step(asset, [c for c in STORED if c.asset == asset]) for asset in dict.fromkeys(ASSET_OF_TABLE.values())),
    papers_come_out_the_same,
]
