"""From records to papers: one asset for each stage of the store."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import polars as pl

from papersieve.assets.automation import DAILY, FOLLOWS
from papersieve.assets.metadata import carried, column_lineage, counts, of_file, preview, shown_by
from papersieve.assets.pictures import duplicate_trend, paper_sizes, score_histogram, side_by_side
from papersieve.assets.resources import Places
from papersieve.assets.run_log import logged, said
from papersieve.assets.store_access import POOL, STAGE, described, row_count, version
from papersieve.checks.contracts import CONTRACTS
from papersieve.pipeline.settings import Settings, version_of
from papersieve.warehouse.store.stage_states import rederivation
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.update import complete


def _derived(
    asset: str, stage: str, *, completes: str, step: str, table: str, deps: list[str], description: str
) -> Callable[[Places], dg.AssetsDefinition]:
    """An asset that fills a table of the store by completing a stage. step: whose version is the code version."""

    def on(places: Places) -> dg.AssetsDefinition:
        decorate: Callable[..., dg.AssetsDefinition] = dg.asset(
            name=asset,
            key_prefix=places.key_prefix or None,
            deps=[places.key(above) for above in deps],
            code_version=version_of(step),
            pool=places.named(POOL),
            automation_condition=FOLLOWS,
            freshness_policy=DAILY,
            required_resource_keys={places.named("settings")},
            description=f"{CONTRACTS[table].description} {description}",
            **described(places, asset, stage, table),
        )

        def derived(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
            return _complete(completes, table, asset, context, places)

        return decorate(derived)

    return on


# `dumps` is named beside `records`: one step makes both, and a check that blocks on `dumps` stops only steps
# that depend on `dumps` itself. Documents are numbered in the dumps' order, so the dependency is a true one.
documents = _derived(
    "documents",
    "records",
    completes="documents",
    step="keys",
    table="documents",
    deps=["dumps", "records"],
    description="Many records can have the same content, so exact copies are merged here.",
)

duplicate_pairs = _derived(
    "duplicate_pairs",
    "duplicates",
    completes="pairs",
    step="judgement",
    table="pairs",
    deps=["documents"],
    description="Block keys propose the pairs, and the evidence decides. Two records of one document are not a row here, but candidate_pairs and matches count them.",
)

papers = _derived(
    "papers",
    "papers",
    completes="papers",
    step="papers",
    table="papers",
    deps=["duplicate_pairs"],
    description="The table paper_lineage says which record gave each value.",
)


def _complete(
    stage: str, table: str, asset: str, context: dg.AssetExecutionContext, papersieve: Places
) -> dg.MaterializeResult[None]:
    settings = papersieve.settings_of_run(context)
    with papersieve.open_store() as store, papersieve.open_engine() as engine:
        anew = rederivation(store, settings)
        if anew:
            context.log.warning(papersieve.renamed(told_of_run(anew, papersieve.given_to_run(context).given())))
        was_pending = complete(store, STAGE[stage], settings, logged(context.log), engine)
        measures = counts(dict(store.query("measure").iter_rows()), *_MEASURES[stage])
        context.log.info(said("derived" if was_pending else "nothing to do", measures))
        drawn = {} if was_pending else carried(context, _PICTURES[stage])
        drawn |= {title: draw(store, settings) for title, draw in _PICTURES[stage].items() if title not in drawn}
        return dg.MaterializeResult(
            metadata={"was_pending": was_pending}
            | ({"derived anew": anew} if anew else {})
            | {name: n for name, n in measures.items() if name != asset}  # that is the row count
            | drawn
            | {title: preview(read(store)) for title, read in _PREVIEWS[stage].items()}
            | {"shown by": shown_by(asset), "dagster/column_lineage": column_lineage(CONTRACTS[table], papersieve)}
            | row_count(store, table)
            | of_file(papersieve.store),
            data_version=version(store, settings, stage),
        )


def told_of_run(anew: str, given: dict[str, Any]) -> str:
    """The message about changed settings, and what follows if they apply to one run only."""
    if not given:
        return anew
    return (
        f"{anew} Readers keep the previous version until this run has published. The settings {', '.join(given)} apply to "
        "this run only: the next run without them derives everything again. To keep them, write them into the file "
        "that PAPERSIEVE_SETTINGS names."
    )


def _verdicts(store: Store) -> pl.DataFrame:
    """How many pairs each rule judged, and how."""
    pairs = store.rows("pairs", "judgement", "rule")
    return (
        pairs.group_by("judgement", "rule")
        .agg(pairs=pl.len())
        .sort("judgement", "pairs", "rule", descending=[False, True, False])
    )


def _hot_buckets(store: Store) -> pl.DataFrame:
    return store.rows("hot_buckets").sort("documents", descending=True)


def _most_repeated(store: Store) -> pl.DataFrame:
    return store.query("most_repeated")


_MEASURES = {
    "documents": ("documents",),
    "pairs": ("candidate_pairs", "matches", "reviews", "hot_buckets"),
    "papers": ("papers", "repeated_papers", "duplicate_share", "largest_paper_records"),
}
_PREVIEWS = {
    "documents": {},
    "pairs": {"judgements": _verdicts, "hot buckets": _hot_buckets},
    "papers": {"most repeated": _most_repeated},
}
_PICTURES: dict[str, dict[str, Callable[[Store, Settings], dg.MarkdownMetadataValue]]] = {
    "documents": {},
    "pairs": {"scores": lambda store, settings: score_histogram(store.query("score_counts"), settings)},
    "papers": {
        "sizes": lambda store, _: paper_sizes(store.query("paper_sizes")),
        "duplicate share": lambda store, _: duplicate_trend(store.query("duplicate_share_by_revision")),
        "largest papers": lambda store, _: side_by_side(store.query("largest_papers")),
    },
}
