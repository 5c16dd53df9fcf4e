"""The first two tables: dumps as received, and the records that were found in them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from assets.metadata import counts, of_file, preview
from assets.progress import logged
from assets.resources import Papersieve
from assets.stages import GROUP, OWNERS, POOL, of_contract, row_count, version
from assets.watch import dump_paths
from checks.schemas import CONTRACTS
from pipeline.settings import NORMALISER_VERSION
from warehouse.ingest import DumpOutcome, ingest

DUMPS = dg.AssetSpec(
    "dumps",
    group_name=GROUP,
    kinds={"polars", "duckdb"},
    owners=OWNERS,
    code_version=str(NORMALISER_VERSION),
    metadata=of_contract("dumps"),
    description=f"{CONTRACTS['dumps'].description} Each of its lines has a fate, and a file that could not be read is kept with the reason.",
)
RECORDS = dg.AssetSpec(
    "records",
    deps=[DUMPS],
    group_name=GROUP,
    kinds={"polars", "duckdb"},
    owners=OWNERS,
    code_version=str(NORMALISER_VERSION),
    metadata=of_contract("records"),
    description=f"{CONTRACTS['records'].description} Those that break a rule are quarantined with every reason.",
)

#: Everything that can become of a file, so that each is a number even where it is 0.
OUTCOMES = ("added", "replaced", "located", "unchanged", "unreadable")


@dg.multi_asset(specs=[DUMPS, RECORDS], pool=POOL)
def ingestion(context: dg.AssetExecutionContext, papersieve: Papersieve) -> Iterator[dg.MaterializeResult]:
    """Take in every dump of the folder; a dump and its records come in one transaction."""
    with papersieve.open_store() as store:
        outcomes = ingest(
            store, dump_paths(Path(papersieve.dump_folder)), logged(context.log), papersieve.settings().reading
        )
        measures = dict(store.query("measure").iter_rows())
        yield dg.MaterializeResult(
            "dumps",
            metadata=row_count(store, "dumps")
            | of_file(papersieve.store)
            | files(outcomes)
            | counts(measures, "lines", "rejected_lines", "rejected_line_share", "unreadable_dumps")
            | {
                "unreadable": preview(store.query("unreadable_dumps").drop("location"), chars=400),
                "notices": preview(store.query("dump_notices")),
            },
            data_version=version(store, papersieve.settings()),
        )
        yield dg.MaterializeResult(
            "records",
            metadata=row_count(store, "records")
            | of_file(papersieve.store)
            | counts(measures, "records", "quarantined", "quarantined_share"),
            data_version=version(store, papersieve.settings()),
        )


def files(outcomes: list[DumpOutcome]) -> dict[str, int]:
    """How many files of this run were added, replaced and so on."""
    found = Counter(outcome.outcome for outcome in outcomes)
    return {f"files_{name}": found[name] for name in OUTCOMES}
