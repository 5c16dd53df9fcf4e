"""Rebuild: derive everything again from the stored records, compare it with what is stored, and replace that.

Verify: the same comparison for a sample of the papers, without replacing anything.
"""

from pathlib import Path

import polars as pl

from papersieve.pipeline.derive import papers_of
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.progress import Progress, silent
from papersieve.pipeline.records import raw_records, split_records
from papersieve.pipeline.refresh import judge_in_context, read_documents, recluster
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.locks import Hold
from papersieve.warehouse.store.dump_batch import renormalise
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import built_aside, existing, hold_store, replace_store
from papersieve.warehouse.store.store_lookups import StoreLookups
from papersieve.warehouse.store.update import derive, refuse_gap

Both = tuple[pl.DataFrame, pl.DataFrame]


def rebuild(
    store: Path,
    settings: Settings,
    progress: Progress = silent,
    *,
    keep: bool = True,
    wait_seconds: float = 0,
    held: Hold | None = None,
) -> pl.DataFrame:
    """Derive everything again into a new store. Returns the differences: table_name, only_stored, only_derived (rows).

    With the settings and step versions that the store was made with, nothing differs, whatever its history. keep:
    replace the old store by the new one; otherwise only compare. held: the store's lock, if the caller holds it. Raises
    StoreError if there is no store, or if it is in use.
    """
    with hold_store(existing(store), wait_seconds, held) as holding, built_aside(holding.place, "rebuilding") as built:
        with Store(holding.place, wait_seconds=wait_seconds, held=holding) as stored:
            derive(stored, settings, progress)
            stored.checkpoint()
        differences = _derived_anew(holding, built, settings, progress)
        if keep:
            replace_store(built, holding)
    return differences


def _derived_anew(holding: Hold, built: Path, settings: Settings, progress: Progress) -> pl.DataFrame:
    """Make a store next to the locked one, and return the differences."""
    with Store(built, held=holding) as new, new.attached(holding.place, "old"):
        with new.transaction():
            new.execute("copy_sources")
            renormalise(new)
            new.execute("queue_all")
        derive(new, settings, progress)
        return new.query("compare_stores")


def verify_sample(store: Store, settings: Settings, *, papers: int, seed: int) -> pl.DataFrame:
    """Differences in the sampled papers: table_name, only_stored, only_derived (rows), as `rebuild` returns for all.

    Whole components are sampled, so that their clusters can be found again. Only `rebuild` can find a missing pair
    between two components. Raises StoreError if a stage is pending.
    """
    refuse_gap(store, settings)
    chosen = store.query("sampled_documents", wanted=pl.DataFrame({"papers": [papers], "seed": [seed]}))
    rows = []
    for name, both in _stored_and_derived(store, chosen, settings).items():
        stored, derived = (set(map(repr, frame.select(both[0].columns).iter_rows())) for frame in both)
        rows.append((name, len(stored - derived), len(derived - stored)))
    schema = {"table_name": pl.String, "only_stored": pl.Int64, "only_derived": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _stored_and_derived(store: Store, chosen: pl.DataFrame, settings: Settings) -> dict[str, Both]:
    """The stored and the derived rows of the documents, by table. The stored pairs are judged again."""
    kept = StoreLookups(store)
    documents = kept.documents_named(chosen)
    records = store.query("all_of_documents", chosen=chosen)
    derived, _ = split_records(raw_records(records))
    numbers = documents.select("document_no", "document_id")
    texts, keys = read_documents(numbers.join(derived.unique("document_id"), on="document_id"), settings)
    pairs = kept.pairs_among(documents)
    evidence = gather_evidence(pairs.select("left_no", "right_no", "match_key"), texts, settings)
    named, overruled = recluster(kept, documents)
    golden, lineage = papers_of(derived, named, settings, kept.sources())
    return {
        "records": (records, derived),
        "documents": (kept.contents_of(documents), texts),
        "block_keys": (store.query("keys_of_documents", chosen=documents), keys),
        "pairs": (pairs, judge_in_context(kept, evidence, documents.clear(), settings)),
        "overruled": (store.query("overruled_of", chosen=documents), overruled),
        "clusters": (store.query("clusters_of", chosen=chosen), named),
        "papers": (store.query("papers_of", chosen=chosen), golden),
        "paper_lineage": (store.query("lineage_of", chosen=chosen), lineage),
    }
