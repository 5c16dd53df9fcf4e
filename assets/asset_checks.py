"""The asset checks of the stored tables. Where one of them fails with an error, nothing below it runs."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import polars as pl
from pydantic import Field

from papersieve.assets import verdicts
from papersieve.assets.metadata import first_rows
from papersieve.assets.resources import Papersieve, RunSettings
from papersieve.assets.run_log import said
from papersieve.assets.store_access import POOL
from papersieve.assets.verdicts import CHECKED_ROWS, VERIFIED_PAPERS, Surroundings, Verdict
from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.thresholds import DRIFTS, OF_EACH_DUMP, THRESHOLDS
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

#: The asset after which each measure is known.
ASSET_OF_MEASURE = {
    "unreadable_dumps": "dumps",
    "rejected_line_share": "dumps",
    "quarantined_share": "records",
    "hot_buckets": "duplicate_pairs",
    "duplicate_share": "papers",
    "largest_paper_records": "papers",
}

_WITHDRAW = "materialise their partitions with the run config `ops: {ingestion: {config: {withdraw: true}}}`"

#: What to do where a check fails, by the check's name. The other checks fail only where the software is wrong.
REMEDIES = {
    "every_source_answered": "Nothing the first time: the next fetch asks for what is missing. Where it stays, the result says what the server answers.",
    "unreadable_dumps": "The asset's page has the reasons, under `unreadable`. Repair or remove these files.",
    "rejected_line_share": "Look at the table rejected_lines. Is the layout of a dump a new one?",
    "quarantined_share": "Look at the table quarantined_records and its column reason_codes.",
    "quarantined_share_of_each_dump": f"Repair the files or fetch them again, or withdraw the dumps: {_WITHDRAW}.",
    "removed_files": f"Put the files back, or withdraw the dumps: {_WITHDRAW}.",
    "hot_buckets": "Look at the table hot_buckets. Do many abstracts have the same boilerplate? The setting bucket_cap says how many documents are too many.",
    "duplicate_share": "Is this the folder that you meant? Nearly all of its records repeat others.",
    "largest_paper_records": "Look at the records of this paper. Boilerplate in place of abstracts can make one paper of many.",
    "records_drift": "Look at the last dumps. Did one bring or lose far more records than usual?",
    "duplicate_share_drift": f"Look at the last dumps. If one is a copy, withdraw it: {_WITHDRAW}. If the change is right, run with `resources: {{judging: {{config: {{accept_drift: true}}}}}}`.",
    "every_stage_is_complete": "Run the job refresh_warehouse.",
}


class Judging(dg.ConfigurableResource[None]):
    """What a person tells the checks of one run."""

    accept_drift: bool = Field(
        default=False, description="publish although measures are far from those of the version that readers have"
    )


class StoredCheck(NamedTuple):
    """A check of the store: what Dagster shows of it, and what it finds."""

    spec: dg.AssetCheckSpec
    find: Callable[[Store, Surroundings], Verdict]

    def result(self, store: Store, around: Surroundings) -> dg.AssetCheckResult:
        """Run the check, and add its result to the history in the store, unless the last one was the same."""
        found, name = self.find(store, around), self.spec.name
        row = {
            "check_name": name,
            "severity": found.severity,
            "description": self.spec.description,
            "failed_rows": found.failed_rows,
            "is_passed": found.is_passed,
        }
        with store.transaction():
            store.execute("record_stored_check", new_results=pl.DataFrame([row]))
        remedy = None if found.is_passed else REMEDIES.get(name)
        return dg.AssetCheckResult(
            asset_key=self.spec.asset_key,
            check_name=name,
            passed=found.is_passed,
            severity=dg.AssetCheckSeverity[found.severity.upper()],
            description=" ".join(filter(None, [found.fault, remedy])) or None,
            metadata=found.numbers | first_rows(found.rows),
        )


def _check(asset: str, name: str, description: str, find: Callable[[Store, Surroundings], Verdict]) -> StoredCheck:
    return StoredCheck(dg.AssetCheckSpec(name, asset=asset, description=description, blocking=True), find)


def _contract_check(table: str) -> StoredCheck:
    limit = f" Only {CHECKED_ROWS[table]:,} rows are looked at." if table in CHECKED_ROWS else ""
    description = f"Every row of the table {table} keeps its contract. {CONTRACTS[table].description}{limit}"
    return _check(
        ASSET_OF_TABLE[table], f"{table}_contract", description, lambda store, _: verdicts.contract(store, table)
    )


def _measure_check(measure: str) -> StoredCheck:
    kind = "The share of" if measure.endswith("_share") else "The number of"
    return _check(
        ASSET_OF_MEASURE[measure],
        measure,
        f"{kind} {THRESHOLDS[measure].meaning}.",
        lambda store, _: verdicts.measure(store.query("measure"), measure),
    )


def _drift_check(measure: str) -> StoredCheck:
    description = f"As a share: {DRIFTS[measure].meaning}."
    return _check("papers", f"{measure}_drift", description, partial(verdicts.drift_of, name=measure))


#: All checks that need nothing but the store and its surroundings, by their asset.
STORED = [
    *map(_contract_check, ASSET_OF_TABLE),
    *map(_measure_check, ASSET_OF_MEASURE),
    _check("dumps", "removed_files", "Every dump of the dump folder still has its file.", verdicts.removed_files),
    _check(
        "records",
        "quarantined_share_of_each_dump",
        f"For each dump, the share of {OF_EACH_DUMP.meaning}.",
        lambda store, _: verdicts.quarantined_share_of_each_dump(store),
    ),
    _check(
        "papers",
        "nothing_is_mixed",
        "All stages worked with the same settings of block keys.",
        lambda store, _: verdicts.nothing_is_mixed(store),
    ),
    _check(
        "papers",
        "every_stage_is_complete",
        "Every stage has worked for all dumps that are in the store.",
        lambda store, _: verdicts.every_stage_is_complete(store),
    ),
    *map(_drift_check, DRIFTS),
]

#: A step of its own: it takes longer than all others together.
SAMPLE = _check(
    "papers",
    "papers_come_out_the_same",
    f"A sample of {VERIFIED_PAPERS} papers is derived anew from its records and comes out as it is stored. Each version of the store has another sample.",
    verdicts.papers_come_out_the_same,
)


def in_one_step(name: str, checks: list[StoredCheck]) -> dg.AssetChecksDefinition:
    """Checks as one step, which opens the store once. In the UI each can be run alone."""

    @dg.multi_asset_check(name=name, specs=[check.spec for check in checks], can_subset=True, pool=POOL)
    def judge_all(
        context: dg.AssetCheckExecutionContext, papersieve: Papersieve, settings: RunSettings, judging: Judging
    ) -> Iterator[dg.AssetCheckResult]:
        wanted = {key.name for key in context.selected_asset_check_keys}
        around = Surroundings(
            dump_folder=Path(papersieve.dump_folder),
            warehouse=Path(papersieve.warehouse),
            settings=settings.over(papersieve.settings_file),
            accept_drift=judging.accept_drift,
        )
        with papersieve.open_store() as store:
            results = [check.result(store, around) for check in checks if check.spec.name in wanted]
        failed = [result for result in results if not result.passed]
        errors = sum(result.severity is dg.AssetCheckSeverity.ERROR for result in failed)
        counts = {"checks": len(results), "warnings": len(failed) - errors, "errors": errors}
        context.log.info(said(name, counts))
        yield from results

    return judge_all


CHECKS = [
    *(
        in_one_step(f"{asset}_checks", [check for check in STORED if check.spec.asset_key == dg.AssetKey(asset)])
        for asset in dict.fromkeys(ASSET_OF_TABLE.values())
    ),
    in_one_step(SAMPLE.spec.name, [SAMPLE]),
]
