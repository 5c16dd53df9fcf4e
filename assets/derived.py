"""From records to papers: one asset per stage of the store."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import dagster as dg
import polars as pl

from papersieve.assets.automation import DAILY, FOLLOWS
from papersieve.assets.metadata import carried, column_lineage, counts, logged, of_file, preview, said, shown_by
from papersieve.assets.pictures import duplicate_trend, paper_sizes, score_histogram, side_by_side
from papersieve.assets.resources import Places
from papersieve.assets.store_access import POOL, described, row_count, version
from papersieve.checks.contracts import CONTRACTS
from papersieve.pipeline.settings import Settings, version_of
from papersieve.warehouse.store.stage_states import rederivation
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.update import complete


class Derived(NamedTuple):
    """An asset that fills a table of the store by completing a stage, and what its page shows.

    tag: the part of the pipeline that it belongs to. step: the step whose version is its code version.
    """

    asset: str
    tag: str
    stage: str
    step: str
    table: str
    deps: list[str]
    description: str
    measures: tuple[str, ...]
    previews: Mapping[str, Callable[[Store], pl.DataFrame]] = {}
    pictures: Mapping[str, Callable[[Store, Settings], dg.MarkdownMetadataValue]] = {}

    def on(self, places: Places) -> dg.AssetsDefinition:
        """The asset for these places."""
        decorate: Callable[..., dg.AssetsDefinition] = dg.asset(
            name=self.asset,
            key_prefix=places.key_prefix or None,
            deps=[places.key(above) for above in self.deps],
            code_version=version_of(self.step),
            pool=places.named(POOL),
            automation_condition=FOLLOWS,
            freshness_policy=DAILY,
            required_resource_keys={places.named("settings")},
            description=f"{CONTRACTS[self.table].description} {self.description}",
            **described(places, self.asset, self.tag, self.table),
        )

        def derived(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
            return self._complete(context, places)

        return decorate(derived)

    def _complete(self, context: dg.AssetExecutionContext, places: Places) -> dg.MaterializeResult[None]:
        settings = places.settings_of_run(context)
        with places.open_store() as store, places.engine() as engine:
            anew = rederivation(store, settings)
            if anew:
                context.log.warning(places.renamed(told_of_run(anew, places.given_to_run(context).given())))
            was_pending = complete(store, self.stage, settings, logged(context.log), engine)
            measures = counts(dict(store.query("measure").iter_rows()), *self.measures)
            context.log.info(said("derived" if was_pending else "nothing to do", measures))
            drawn = {} if was_pending else carried(context, self.pictures)
            drawn |= {title: draw(store, settings) for title, draw in self.pictures.items() if title not in drawn}
            return dg.MaterializeResult(
                metadata={"was_pending": was_pending}
                | ({"derived anew": anew} if anew else {})
                | {name: n for name, n in measures.items() if name != self.asset}  # which is the row count already
                | drawn
                | {title: preview(read(store)) for title, read in self.previews.items()}
                | {"shown by": shown_by(self.asset, places.warehouse)}
                | {"dagster/column_lineage": column_lineage(CONTRACTS[self.table], places)}
                | row_count(store, self.table)
                | of_file(places.store),
                data_version=version(store, settings, self.stage),
            )


def told_of_run(anew: str, given: dict[str, Any]) -> str:
    """The message about changed settings, with the consequences if they apply to one run only."""
    if not given:
        return anew
    return (
        f"{anew} Readers keep the previous version until this run has published. The settings {', '.join(given)} apply to "
        "this run only: the next run without them derives everything again. To keep them, write them into the file "
        "that PAPERSIEVE_SETTINGS names."
    )


def _verdicts(store: Store) -> pl.DataFrame:
    """The number of pairs by judgement and rule."""
    counted = store.rows("pairs", "judgement", "rule").group_by("judgement", "rule").agg(pairs=pl.len())
    return counted.sort("judgement", "pairs", "rule", descending=[False, True, False])


# `deps` has `dumps` as well as `records`: one step makes both, and a blocking check on `dumps` stops only steps that
# depend on `dumps` itself. Documents are numbered in the order of the dumps, so they do depend on them.
documents = Derived(
    "documents",
    "records",
    stage="documents",
    step="keys",
    table="documents",
    deps=["dumps", "records"],
    description="Many records can have the same content, so exact copies are merged here.",
    measures=("documents",),
)

duplicate_pairs = Derived(
    "duplicate_pairs",
    "duplicates",
    stage="pairs",
    step="judgement",
    table="pairs",
    deps=["documents"],
    description="Block keys propose the pairs, and the evidence decides. Two records of one document are not a row here, but candidate_pairs and matches count them.",
    measures=("candidate_pairs", "matches", "reviews", "hot_buckets"),
    previews={
        "judgements": _verdicts,
        "hot buckets": lambda store: store.rows("hot_buckets").sort("documents", descending=True),
    },
    pictures={"scores": lambda store, settings: score_histogram(store.query("score_counts"), settings)},
)

papers = Derived(
    "papers",
    "papers",
    stage="papers",
    step="papers",
    table="papers",
    deps=["duplicate_pairs"],
    description="The table paper_lineage says which record gave each value.",
    measures=("papers", "repeated_papers", "duplicate_share", "largest_paper_records"),
    previews={"most repeated": lambda store: store.query("most_repeated")},
    pictures={
        "sizes": lambda store, _: paper_sizes(store.query("paper_sizes")),
        "duplicate share": lambda store, _: duplicate_trend(store.query("duplicate_share_by_revision")),
        "largest papers": lambda store, _: side_by_side(store.query("largest_papers")),
    },
)
