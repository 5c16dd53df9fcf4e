"""From records to papers: an asset for each stage of the store."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import polars as pl

from papersieve.assets.automation import DAILY, FOLLOWS
from papersieve.assets.metadata import carried, column_lineage, counts, of_file, preview, shown_by
from papersieve.assets.pictures import duplicate_trend, paper_sizes, score_histogram, side_by_side
from papersieve.assets.resources import Papersieve, RunSettings
from papersieve.assets.run_log import logged, said
from papersieve.assets.store_access import POOL, STAGE, described, row_count, version
from papersieve.checks.contracts import CONTRACTS
from papersieve.pipeline.settings import Settings, version_of
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.update import complete, rederivation


def _derived(
    asset: str, stage: str, *, step: str, table: str, deps: list[str], description: str
) -> Callable[[Callable[..., dg.MaterializeResult[None]]], dg.AssetsDefinition]:
    """Decorate a function that fills a table of the store from others. step: whose version is the code version."""
    made: Callable[[Callable[..., dg.MaterializeResult[None]]], dg.AssetsDefinition] = dg.asset(
        name=asset,
        deps=deps,
        code_version=version_of(step),
        pool=POOL,
        automation_condition=FOLLOWS,
        freshness_policy=DAILY,
        description=f"{CONTRACTS[table].description} {description}",
        **described(stage, table),
    )
    return made


# `dumps` is named beside `records`: one step makes both, and a check that blocks on `dumps` stops only steps
# that depend on `dumps` itself. Documents are numbered in the dumps' order, so the dependency is a true one.
@_derived(
    "documents",
    "records",
    step="keys",
    table="documents",
    deps=["dumps", "records"],
    description="Many records can have the same content: exact copies end here.",
)
def documents(
    context: dg.AssetExecutionContext, papersieve: Papersieve, settings: RunSettings
) -> dg.MaterializeResult[None]:
    """Number and key the documents that are new, drop those that no record has any more."""
    return _complete("documents", "documents", context, papersieve, settings)


@_derived(
    "duplicate_pairs",
    "duplicates",
    step="judgement",
    table="pairs",
    deps=["documents"],
    description="Block keys propose pairs, and what the two documents say decides. Records of one document are no pair here, but candidate_pairs and matches count them.",
)
def duplicate_pairs(
    context: dg.AssetExecutionContext, papersieve: Papersieve, settings: RunSettings
) -> dg.MaterializeResult[None]:
    """Find the candidate pairs, verify them, judge them."""
    return _complete("pairs", "pairs", context, papersieve, settings)


@_derived(
    "papers",
    "papers",
    step="papers",
    table="papers",
    deps=["duplicate_pairs"],
    description="The lineage says which record gave each of its values.",
)
def papers(
    context: dg.AssetExecutionContext, papersieve: Papersieve, settings: RunSettings
) -> dg.MaterializeResult[None]:
    """Cluster the matches and merge each cluster into its golden record."""
    return _complete("papers", "papers", context, papersieve, settings)


def _complete(
    stage: str, table: str, context: dg.AssetExecutionContext, papersieve: Papersieve, of_run: RunSettings
) -> dg.MaterializeResult[None]:
    settings = of_run.over(papersieve.settings_file)
    with papersieve.open_store() as store, papersieve.open_engine() as engine:
        anew = rederivation(store, settings)
        if anew:
            context.log.warning(told_of_run(anew, of_run.given()))
        was_pending = complete(store, STAGE[stage], settings, logged(context.log), engine)
        measures = counts(dict(store.query("measure").iter_rows()), *_MEASURES[stage])
        context.log.info(said("derived" if was_pending else "nothing to do", measures))
        drawn = {} if was_pending else carried(context, _PICTURES[stage])
        drawn |= {title: draw(store, settings) for title, draw in _PICTURES[stage].items() if title not in drawn}
        return dg.MaterializeResult(
            metadata=drawn
            | row_count(store, table)
            | of_file(papersieve.store)
            | {"was_pending": was_pending, "derived anew": anew or "no"}
            | measures
            | {title: preview(read(store)) for title, read in _PREVIEWS[stage].items()}
            | {
                "dagster/column_lineage": column_lineage(CONTRACTS[table]),
                "shown by": shown_by(context.asset_key.to_user_string()),
            }
            | {"settings": settings.model_dump(mode="json")},  # the longest, so last
            data_version=version(store, settings, stage),
        )


def told_of_run(anew: str, given: dict[str, Any]) -> str:
    """The message about other settings, and what it means to have them for one run only."""
    if not given:
        return anew
    return (
        f"{anew} Readers keep the version before until this run has published. The settings {', '.join(given)} are this "
        "run's own: the next run without them derives everything anew once more. To keep them, write them into the "
        "file that PAPERSIEVE_SETTINGS names."
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
