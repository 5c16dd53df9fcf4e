"""The first two assets: dumps as received, and the records in them. One run reads everything that has changed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from logging import Logger
from pathlib import Path

import dagster as dg
import polars as pl
from pydantic import Field

from papersieve.assets.metadata import column_lineage, counts, logged, of_file, preview, said, shown_by
from papersieve.assets.resources import Places
from papersieve.assets.store_access import POOL, described, row_count, version
from papersieve.assets.watch import FOLDER_STATE, dump_paths, look, state_of
from papersieve.checks.contracts import CONTRACTS
from papersieve.pipeline.settings import Settings, version_of
from papersieve.warehouse.store.gate import accept, judged
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.outcomes import DumpOutcome, messages_of
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.update import complete
from papersieve.warehouse.store.withdraw import withdraw


def specs(papersieve: Places) -> list[dg.AssetSpec]:
    """Dumps and records, as the catalogue shows them."""
    dumps = dg.AssetSpec(
        papersieve.key("dumps"),
        deps=[papersieve.key("fetched_dumps")],
        code_version=version_of("records"),
        description=f"{CONTRACTS['dumps'].description} Each line is accounted for. A file that could not be read is listed with the reason.",
        **described(papersieve, "dumps", "dumps", "dumps"),
    )
    records = dg.AssetSpec(
        papersieve.key("records"),
        deps=[dumps],
        code_version=version_of("records"),
        description=f"{CONTRACTS['records'].description} A record that breaks a rule is quarantined, with all reasons. A dump with too many such records is held back.",
        **described(papersieve, "records", "records", "records"),
    )
    return [dumps, records]


#: All outcomes of a file; those that a person should look at come first.
OUTCOMES = ("unreadable", "held_back", "removed", "withdrawn", "replaced", "added", "located", "unchanged")


class Taking(dg.Config):
    """What a run can be asked to do besides reading what has changed. The command line has the same options."""

    dump_folder: str | None = Field(default=None, description="dump folder for this run, instead of the usual one")
    files: list[str] = Field(
        default=[],
        description="paths below the dump folder: this run reads only these files. A withdrawn dump is ingested again",
    )
    withdraw: list[str] = Field(
        default=[], description="dumps to withdraw, by id, location or file name. They stay withdrawn"
    )
    accept: list[str] = Field(
        default=[], description="held-back dumps to accept as they are, by id, location or file name"
    )


def ingestion(papersieve: Places) -> dg.AssetsDefinition:
    """The step that makes both assets: it brings the store in line with the dump folder.

    A dump and its records are written in one transaction.
    """

    @dg.multi_asset(
        name=papersieve.named("ingestion"),
        specs=specs(papersieve),
        pool=papersieve.named(POOL),
        required_resource_keys={papersieve.named("settings")},
    )
    def step(context: dg.AssetExecutionContext, config: Taking) -> Iterator[dg.MaterializeResult[None]]:
        chosen = papersieve.settings_of_run(context)
        folder = Path(config.dump_folder or papersieve.dump_folder).absolute()
        with papersieve.open_store() as store:
            if config.withdraw:
                withdraw(store, config.withdraw)
            is_all = not config.files and not config.dump_folder
            state = {FOLDER_STATE: state_of(look(folder))} if is_all else {}  # taken before the folder is read
            outcomes = taken_in(store, folder, config, chosen, context.log, is_withdrawing=papersieve.withdraw_removed)
            for message in messages_of(outcomes):
                context.log.warning(papersieve.renamed(message))
            measures = dict(store.query("measure").iter_rows())
            held = counts(measures, "dumps", "records", "quarantined", "rejected_lines")
            by_outcome = Counter(outcome.outcome for outcome in outcomes)
            context.log.info(said("this run", by_outcome) + said("; the store", held))
            faults = ("rejected_lines", "rejected_line_share", "unreadable_dumps", "held_back_dumps")
            yield dg.MaterializeResult(
                papersieve.key("dumps"),
                metadata={"files": files_table(store, outcomes)}
                | row_count(store, "dumps")
                | of_file(papersieve.store)
                | {f"files_{name}": by_outcome[name] for name in OUTCOMES}
                | counts(measures, "lines", *faults)
                | {"notices": preview(store.query("dump_notices"))}
                | {"shown by": shown_by("dumps", papersieve.warehouse)},
                data_version=version(store, chosen),
                tags=state,
            )
            yield dg.MaterializeResult(
                papersieve.key("records"),
                metadata=row_count(store, "records")
                | of_file(papersieve.store)
                | counts(measures, "records", "quarantined", "quarantined_share")
                | {"dagster/column_lineage": column_lineage(CONTRACTS["records"], papersieve)}
                | {"shown by": shown_by("records", papersieve.warehouse)},
                data_version=version(store, chosen),
            )

    return step


def taken_in(
    store: Store, folder: Path, config: Taking, settings: Settings, log: Logger, *, is_withdrawing: bool
) -> list[DumpOutcome]:
    """Ingest what is new, accept dumps, and apply the gate, as `papersieve run` does. Returns each file's outcome."""
    paths = [folder / name for name in config.files] if config.files else dump_paths(folder) and [folder]
    outcomes = ingest(store, paths, logged(log), settings.reading)
    if is_withdrawing and (gone := [o.location for o in outcomes if o.outcome == "removed"]):
        withdraw(store, gone, is_remembered=False)
        outcomes = [replace(o, outcome="withdrawn") if o.outcome == "removed" else o for o in outcomes]
    if config.accept:
        accept(store, config.accept)
    complete(store, "records", settings)
    return judged(store, outcomes)


def files_table(store: Store, outcomes: list[DumpOutcome]) -> dg.MarkdownMetadataValue:
    """The outcome and the contents of each file of the run; those that a person should look at come first."""
    gone = {"removed": "the file was removed; its records stay in the store"}
    said = [(o, o.message or gone.get(o.outcome, "")) for o in outcomes]
    rows = [(OUTCOMES.index(o.outcome), o.name, o.outcome, o.location, message) for o, message in said]
    became = pl.DataFrame(rows, schema=["rank", "file", "outcome", "location", "message"], orient="row")
    holds = store.query("dump_contents", asked=became.select("location"))
    table = became.join(holds, on="location", how="left").sort("rank", "location")
    shown = table.select("file", "outcome", "message", "records", "quarantined", "lines", "rejected_lines", "format")
    return preview(shown, rows=100, chars=400)
