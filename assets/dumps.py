"""The first two assets: dumps as received, and the records found in them. Each dump file is a partition."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from pydantic import Field

from papersieve.assets.metadata import column_lineage, counts, of_file, preview, shown_by
from papersieve.assets.partitions import DUMPS as PARTITIONS
from papersieve.assets.partitions import every_dump, name_of
from papersieve.assets.resources import Papersieve, RunSettings, foreseen
from papersieve.assets.run_log import logged, said
from papersieve.assets.store_access import POOL, described, row_count, version
from papersieve.checks.contracts import CONTRACTS
from papersieve.pipeline.extract.dump_files import RawDump, find_dumps
from papersieve.pipeline.extract.places.address import location_of
from papersieve.pipeline.extract.places.location import archive_of, file_of, shown
from papersieve.pipeline.settings import Reading, version_of
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.outcomes import DumpOutcome, messages_of
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw

DUMPS = dg.AssetSpec(
    "dumps",
    deps=["fetched_dumps"],
    code_version=version_of("records"),
    description=f"{CONTRACTS['dumps'].description} Each line is accounted for. A file that could not be read is kept with the reason.",
    **described("dumps", "dumps"),
)
RECORDS = dg.AssetSpec(
    "records",
    deps=[DUMPS],
    code_version=version_of("records"),
    description=f"{CONTRACTS['records'].description} A record that breaks a rule is quarantined, with all reasons.",
    **described("records", "records"),
)

#: Everything that can become of a file, so that each is a number even where it is 0.
OUTCOMES = ("added", "replaced", "located", "unchanged", "unreadable", "removed", "withdrawn")


class Taking(dg.Config):
    """Which dumps a run is for, and what to do with them."""

    partitions: list[str] = Field(
        default=[],
        description="dumps of this run, by their partitions. Without any, and without a partition chosen: all",
    )
    dump_folder: str | None = Field(default=None, description="another dump folder than the usual one, for this run")
    withdraw: bool = Field(
        default=False, description="withdraw these dumps although their files are there; they stay withdrawn"
    )
    readmit: bool = Field(default=False, description="take in again dumps that were withdrawn before")


@dg.multi_asset(
    specs=[DUMPS, RECORDS],
    partitions_def=PARTITIONS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=POOL,
)
def ingestion(
    context: dg.AssetExecutionContext, config: Taking, papersieve: Papersieve, settings: RunSettings
) -> Iterator[dg.MaterializeResult[None]]:
    """Make the store say what the files of these partitions say; a dump and its records come in one transaction."""
    chosen = settings.over(papersieve.settings_file)
    folder = Path(config.dump_folder or papersieve.dump_folder).absolute()
    keys = {folder / name_of(key): key for key in keys_of_run(context, config, folder, papersieve)}
    with papersieve.open_store() as store:
        is_withdrawing = "all" if config.withdraw else "removed" if papersieve.withdraw_removed else "none"
        outcomes = withdrawn(store, list(keys), is_withdrawing)
        if not config.readmit:
            outcomes += passed_over(store, _without(keys, outcomes), chosen.reading)
        outcomes += ingest(store, _without(keys, outcomes), logged(context.log), chosen.reading)
        for message in messages_of(outcomes):
            context.log.warning(message)
        for asset, key, told in by_partition(store, outcomes, {location_of(path): key for path, key in keys.items()}):
            if context.has_partition_key or context.has_partition_key_range:
                context.add_asset_metadata(told, asset_key=asset, partition_key=key)
            else:
                context.log_event(dg.AssetMaterialization(asset, partition=key, metadata=told))
        measures = dict(store.query("measure").iter_rows())
        found = Counter(outcome.outcome for outcome in outcomes)
        held = counts(measures, "dumps", "records", "quarantined", "rejected_lines")
        context.log.info(said("this run", found) + said("; the store", held))
        yield dg.MaterializeResult(
            "dumps",
            metadata=row_count(store, "dumps")
            | of_file(papersieve.store)
            | files(outcomes)
            | counts(measures, "lines", "rejected_lines", "rejected_line_share", "unreadable_dumps")
            | {
                "unreadable": preview(store.query("unreadable_dumps").drop("location"), chars=400),
                "removed": preview(pl.DataFrame({"file": [o.name for o in outcomes if o.outcome == "removed"]})),
                "notices": preview(store.query("dump_notices")),
                "shown by": shown_by("dumps"),
            },
            data_version=version(store, chosen),
        )
        yield dg.MaterializeResult(
            "records",
            metadata=row_count(store, "records")
            | of_file(papersieve.store)
            | counts(measures, "records", "quarantined", "quarantined_share")
            | {
                "dagster/column_lineage": column_lineage(CONTRACTS["records"]),
                "shown by": shown_by("records"),
            },
            data_version=version(store, chosen),
        )


def keys_of_run(
    context: dg.AssetExecutionContext, config: Taking, folder: Path, papersieve: Papersieve
) -> Sequence[str]:
    """Partitions that a run is for: those chosen in the UI, else those that its config names, else all."""
    if context.has_partition_key or context.has_partition_key_range:
        keys: Sequence[str] = context.partition_keys
        return keys
    if config.partitions:
        return config.partitions
    if config.withdraw:
        raise dg.Failure(
            "withdraw: true without a partition would withdraw every dump. Choose the partitions to withdraw."
        )
    with foreseen():
        return every_dump(context.instance, folder, is_usual=folder == Path(papersieve.dump_folder).absolute())


def withdrawn(store: Store, paths: list[Path], is_withdrawing: str) -> list[DumpOutcome]:
    """Withdraw dumps where that is wanted (all, those whose file was removed, none); say what became of these paths.

    A removed file that was withdrawn and comes back is taken in again; what was withdrawn on purpose is not.
    """
    held = store.query("known_dumps")["location"].to_list()
    gone = [path for path in paths if not path.is_file()]
    wanted = {"all": paths, "removed": gone, "none": []}[is_withdrawing]
    wanted_locations = {location_of(path) for path in wanted}
    if locations := [place for place in held if location_of(file_of(place)) in wanted_locations]:
        withdraw(store, locations, is_remembered=is_withdrawing == "all")
    outcomes = [_outcome(path, "withdrawn") for path in wanted]
    stays = [path for path in gone if path not in wanted]
    told = (
        "its file was removed; what it said stays. Put the file back, or withdraw the dump: materialise this partition "
        "with the run config `ops: {ingestion: {config: {withdraw: true}}}`. PAPERSIEVE_WITHDRAW_REMOVED=1 always does that"
    )
    return outcomes + [_outcome(path, "removed", f"{location_of(path)}: {told}") for path in stays]


def passed_over(store: Store, paths: list[Path], reading: Reading) -> list[DumpOutcome]:
    """Those of the paths that hold nothing but dumps which were withdrawn on purpose."""
    known = set(store.query("withdrawn_dumps")["dump_id"])
    return [_outcome(path, "withdrawn") for path in paths if known and _dump_ids(path, reading) <= known]


def _dump_ids(path: Path, reading: Reading) -> set[str]:
    """Ids of the dumps in a file; one that can't be read counts as none that was withdrawn: ingestion says what is wrong."""
    return {found.dump_id if isinstance(found, RawDump) else "" for found in find_dumps(path, reading)}


def _without(paths: Iterable[Path], outcomes: list[DumpOutcome]) -> list[Path]:
    settled = {outcome.location for outcome in outcomes}
    return [path for path in paths if location_of(path) not in settled]


def _outcome(path: Path, outcome: str, message: str | None = None) -> DumpOutcome:
    return DumpOutcome(location_of(path), shown(path.name), outcome, None, message)


def by_partition(
    store: Store, outcomes: list[DumpOutcome], keys: dict[str, str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(asset, partition key, metadata) for each file: what became of it, and what it holds; the sum for an archive."""
    asked = pl.DataFrame({"location": [o.location for o in outcomes]}, schema={"location": pl.String})
    holds = {row.pop("location"): row for row in store.query("dump_contents", asked=asked).to_dicts()}
    files: dict[str, list[DumpOutcome]] = {}
    for outcome in outcomes:
        files.setdefault(archive_of(outcome.location), []).append(outcome)
    for file, told in files.items():
        records = sum(holds.get(o.location, {}).get("records") or 0 for o in told)
        became = ", ".join(sorted({o.outcome for o in told}))
        yield "records", keys[file], {"outcome": became, "dagster/partition_row_count": records}
        if len(told) > 1:
            yield "dumps", keys[file], {"outcome": became, "members": len(told), "records": records}
            continue
        held = {name: _shown(value) for name, value in holds.get(told[0].location, {}).items() if value is not None}
        why = {"reason_code": told[0].reason_code, "message": told[0].message}
        yield "dumps", keys[file], {"outcome": became} | {k: v for k, v in why.items() if v} | held


def _shown(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)


def files(outcomes: list[DumpOutcome]) -> dict[str, int]:
    """How many files of this run were added, replaced and so on."""
    found = Counter(outcome.outcome for outcome in outcomes)
    return {f"files_{name}": found[name] for name in OUTCOMES}
