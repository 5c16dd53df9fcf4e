"""The asset checks of the stored tables. If a check of severity error fails, nothing below its asset runs."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import polars as pl

from papersieve.assets import verdicts
from papersieve.assets.metadata import first_rows, rounded, said
from papersieve.assets.resources import Places
from papersieve.assets.store_access import POOL
from papersieve.assets.verdicts import CHECKED_ROWS, VERIFIED_PAPERS, Surroundings, Verdict
from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.thresholds import DRIFTS, OF_EACH_DUMP, THRESHOLDS
from papersieve.checks.thresholds import REMEDIES as CLI_REMEDIES
from papersieve.warehouse.store.store import Store

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

#: The asset that produces each measure.
ASSET_OF_MEASURE = {
    "unreadable_dumps": "dumps",
    "rejected_line_share": "dumps",
    "quarantined_share": "records",
    "held_back_dumps": "records",
    "hot_buckets": "duplicate_pairs",
    "duplicate_share": "papers",
    "largest_paper_records": "papers",
}

_WITHDRAW = "materialise `dumps` with the run config `ops: {ingestion: {config: {withdraw: [NAME]}}}`"

#: What to do if a check fails, in Dagster's terms where they differ. Checks that are not listed fail only because of a
#: fault in the software.
REMEDIES = CLI_REMEDIES | {
    "every_source_answered": "The first time, nothing: the next fetch asks for the missing days. If the warning stays, the check result shows the server's answer.",
    "unreadable_dumps": "The table of files on the asset's page gives the reasons. Repair or remove these files, or let their names start with `_`.",
    "rejected_line_share": "Look at the table rejected_lines. A dump may have a new layout.",
    "quarantined_share": "Look at the table quarantined_records and its column reason_codes.",
    "held_back_dumps": "The other dumps are published. Replace these files with complete ones, or accept them as they are: materialise `dumps` with the run config `ops: {ingestion: {config: {accept: [NAME]}}}`. The settings under `gate` set how much of a dump may be unusable.",
    "quarantined_share_of_each_dump": "Look at the table quarantined_records and its column reason_codes. Repair the files or fetch them again.",
    "removed_files": f"Put the files back, or withdraw the dumps: {_WITHDRAW}.",
    "duplicate_share_drift": f"Look at the latest dumps. If one is a copy, withdraw it: {_WITHDRAW}.",
    "every_stage_is_complete": "Run the job refresh_warehouse.",
}


class StoredCheck(NamedTuple):
    """A check of the store: how Dagster shows it, how its verdict is found, and how serious a failure is."""

    asset: str
    name: str
    description: str
    find: Callable[[Store, Surroundings], Verdict]
    severity: str = "error"

    def spec(self, places: Places) -> dg.AssetCheckSpec:
        """The check, as the catalogue shows it."""
        blocks = self.severity == "error"
        return dg.AssetCheckSpec(self.name, asset=places.key(self.asset), description=self.description, blocking=blocks)

    def row(self, found: Verdict) -> dict[str, Any]:
        """The verdict as a row in the history of checks."""
        told = {"check_name": self.name, "severity": self.severity, "description": self.description}
        return {**told, "failed_rows": found.failed_rows, "is_passed": found.is_passed}

    def result(self, found: Verdict, places: Places) -> dg.AssetCheckResult:
        """The verdict, as Dagster shows it."""
        remedy = None if found.is_passed else places.renamed(REMEDIES.get(self.name, ""))
        return dg.AssetCheckResult(
            asset_key=places.key(self.asset),
            check_name=self.name,
            passed=found.is_passed,
            severity=dg.AssetCheckSeverity[self.severity.upper()],
            description=" ".join(filter(None, [found.fault, remedy])) or None,
            metadata=rounded(found.numbers) | first_rows(found.rows),
        )


def judge(
    checks: Iterable[StoredCheck], store: Store, around: Surroundings, places: Places
) -> list[dg.AssetCheckResult]:
    """Run checks. A result is added to the history in the store, unless it is the same as last time."""
    found = [(check, check.find(store, around)) for check in checks]
    with store.transaction():  # one for all checks, because a transaction costs more than most of them
        rows = pl.DataFrame([check.row(verdict) for check, verdict in found])
        store.execute("record_stored_checks", new_results=rows)
    return [check.result(verdict, places) for check, verdict in found]


def _check(
    asset: str, find: Callable[[Store, Surroundings], Verdict], description: str, severity: str = "error"
) -> StoredCheck:
    """A check, named after the function that finds its verdict."""
    return StoredCheck(asset, find.__name__, description, find, severity)


def _contract_check(table: str) -> StoredCheck:
    limit = f" Only {CHECKED_ROWS[table]:,} rows are checked." if table in CHECKED_ROWS else ""
    description = f"Every row of the table {table} satisfies its contract. {CONTRACTS[table].description}{limit}"
    find = partial(verdicts.contract, table=table)
    return StoredCheck(ASSET_OF_TABLE[table], f"{table}_contract", description, find)


def _measure_check(name: str) -> StoredCheck:
    kind = "The share of" if name.endswith("_share") else "The number of"
    description = f"{kind} {THRESHOLDS[name].meaning}."
    return StoredCheck(ASSET_OF_MEASURE[name], name, description, partial(verdicts.measure, name=name), "warn")


def _drift_check(name: str) -> StoredCheck:
    meaning = DRIFTS[name].meaning
    description = f"{meaning[0].upper()}{meaning[1:]}, as a share of that version's value."
    return StoredCheck("papers", f"{name}_drift", description, partial(verdicts.drift_of, name=name), "warn")


#: All checks that need only the store and its surroundings, by asset.
STORED = [
    *map(_contract_check, ASSET_OF_TABLE),
    *map(_measure_check, ASSET_OF_MEASURE),
    _check(
        "dumps", verdicts.removed_files, "Every dump that came from the dump folder still has its file there.", "warn"
    ),
    _check(
        "records",
        verdicts.quarantined_share_of_each_dump,
        f"For each dump, the share of {OF_EACH_DUMP.meaning}.",
        "warn",
    ),
    _check("papers", verdicts.nothing_is_mixed, "All stages used the same settings for block keys."),
    _check("papers", verdicts.every_stage_is_complete, "Every stage has processed all dumps in the store."),
    *map(_drift_check, DRIFTS),
]

#: In a separate step, because it takes longer than all others together.
SAMPLE = _check(
    "papers",
    verdicts.papers_come_out_the_same,
    f"A sample of {VERIFIED_PAPERS} papers, derived again from their records, equals what is stored. Each version of the store gets a different sample.",
)


def in_one_step(places: Places, name: str, checks: list[StoredCheck]) -> dg.AssetChecksDefinition:
    """Checks as one step, which opens the store once. In the UI, each can be run alone."""

    @dg.multi_asset_check(
        name=places.named(name),
        specs=[check.spec(places) for check in checks],
        can_subset=True,
        pool=places.named(POOL),
        required_resource_keys={places.named("settings")},
    )
    def judge_all(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        wanted = {key.name for key in context.selected_asset_check_keys}
        settings = places.settings_of_run(context)
        around = Surroundings(Path(places.dump_folder), Path(places.warehouse), settings)
        with places.open_store() as store:
            results = judge([check for check in checks if check.name in wanted], store, around, places)
        failed = [result for result in results if not result.passed]
        errors = sum(result.severity is dg.AssetCheckSeverity.ERROR for result in failed)
        counts = {"checks": len(results), "warnings": len(failed) - errors, "errors": errors}
        names = ": " + ", ".join(str(result.check_name) for result in failed) if failed else ""
        context.log.info(said(name, counts) + names)
        yield from results

    return judge_all


def stored_checks(places: Places) -> list[dg.AssetChecksDefinition]:
    """One step of checks for each asset."""
    assets = dict.fromkeys(ASSET_OF_TABLE.values())
    steps = {f"{asset}_checks": [check for check in STORED if check.asset == asset] for asset in assets}
    return [in_one_step(places, name, checks) for name, checks in (steps | {SAMPLE.name: [SAMPLE]}).items()]
