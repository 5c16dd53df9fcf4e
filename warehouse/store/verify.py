"""Verify: derive a sample of the papers again from their records, and compare it with what is stored."""

from pathlib import Path

import polars as pl

from papersieve.pipeline.derive import papers_of
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.records import raw_records, split_records
from papersieve.pipeline.refresh import judge_in_context, read_documents, recluster
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_lookups import StoreLookups
from papersieve.warehouse.store.update import refuse_gap

Both = tuple[pl.DataFrame, pl.DataFrame]


def verify_sample(path: Path, settings: Settings, *, papers: int, seed: int, wait_seconds: float = 0) -> pl.DataFrame:
    """Differences in the sampled papers: table_name, only_stored, only_derived (rows), as `rebuild` returns for all.

    Whole components are sampled, so that their clusters can be found again. Only `rebuild` can find a missing pair
    between two components. Raises StoreError if a stage is pending.
    """
    with Store(path, settings, wait_seconds=wait_seconds) as store:
        return verify_open(store, settings, papers=papers, seed=seed)


def verify_open(store: Store, settings: Settings, *, papers: int, seed: int) -> pl.DataFrame:
    """`verify_sample` for an open store."""
    refuse_gap(store, settings)
    chosen = store.query("sampled_documents", wanted=pl.DataFrame({"papers": [papers], "seed": [seed]}))
    compared = _stored_and_derived(store, chosen, settings)
    return pl.DataFrame(
        [(name, *_differences(stored, found.select(stored.columns))) for name, (stored, found) in compared.items()],
        schema={"table_name": pl.String, "only_stored": pl.Int64, "only_derived": pl.Int64},
        orient="row",
    )


def _stored_and_derived(store: Store, chosen: pl.DataFrame, settings: Settings) -> dict[str, Both]:
    """The stored and the derived rows of the documents, by table. The stored pairs are judged again."""
    kept = StoreLookups(store)
    documents = kept.documents_named(chosen)
    records = store.query("all_of_documents", chosen=chosen)
    derived, _ = split_records(raw_records(records))
    numbers = documents.select("document_no", "document_id")
    texts, keys = read_documents(numbers.join(derived.unique("document_id"), on="document_id"), settings)
    pairs = kept.pairs_among(documents)
    named, overruled = recluster(kept, documents)
    golden, lineage = papers_of(derived, named, settings, kept.sources())
    return {
        "records": (records, derived),
        "documents": (kept.contents_of(documents), texts),
        "block_keys": (store.query("keys_of_documents", chosen=documents), keys),
        "pairs": (pairs, _judged_anew(kept, pairs, texts, settings)),
        "overruled": (store.query("overruled_of", chosen=documents), overruled),
        "clusters": (store.query("clusters_of", chosen=chosen), named),
        "papers": (store.query("papers_of", chosen=chosen), golden),
        "paper_lineage": (store.query("lineage_of", chosen=chosen), lineage),
    }


def _judged_anew(kept: StoreLookups, pairs: pl.DataFrame, texts: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    evidence = gather_evidence(pairs.select("left_no", "right_no", "match_key"), texts, settings)
    return judge_in_context(kept, evidence, texts.clear().select("document_no"), settings)


def _differences(stored: pl.DataFrame, derived: pl.DataFrame) -> tuple[int, int]:
    one, other = (set(map(repr, frame.iter_rows())) for frame in (stored, derived))
    return len(one - other), len(other - one)
