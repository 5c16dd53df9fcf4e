"""A sample of the papers derived anew from their records, as it is stored and as it comes out now."""

from pathlib import Path

import polars as pl

from pipeline.blocking.keys import block_keys
from pipeline.derive import clusters_of, compare, contents_of, papers_of
from pipeline.normalise import split_records
from pipeline.settings import Settings
from warehouse.refresh import refuse_gap
from warehouse.store import Store


def verify_sample(path: Path, settings: Settings, *, papers: int, seed: int, wait_seconds: float = 0) -> pl.DataFrame:
    """How the sampled papers differ: table_name, only_stored, only_derived (rows), as `rebuild` tells it of all.

    Whole components are taken, so their clusters can be found again; that no pair between components is missing
    only `rebuild` can tell. Raises StoreError where a stage is pending.
    """
    with Store(path, settings, wait_seconds=wait_seconds) as store:
        return verify_open(store, settings, papers=papers, seed=seed)


def verify_open(store: Store, settings: Settings, *, papers: int, seed: int) -> pl.DataFrame:
    """The same of a store that is open."""
    refuse_gap(store, settings)
    wanted = pl.DataFrame({"papers": [papers], "seed": [seed]})
    documents = store.query("sampled_documents", wanted=wanted)
    chosen = documents.select("document_id")
    records = store.query("all_of_documents", chosen=chosen)
    derived, _ = split_records(records.drop("title", "abstract", "document_id"))
    texts = contents_of(derived)
    numbered = documents.select("document_no", "document_id").join(texts, on="document_id", how="left")
    pairs = store.query("pairs_of", chosen=documents.select("document_no"))
    candidates = pairs.select("left_no", "right_no", "match_key")
    found, overruled = clusters_of(documents, pairs, store.query("decisions"))
    members = store.query("named_clusters", assignments=found)
    golden, lineage = papers_of(derived, members)
    compared = {
        "records": (records, derived),
        "documents": (store.query("texts_of_documents", chosen=documents), numbered.drop("document_id")),
        "block_keys": (
            store.query("keys_of_documents", chosen=documents),
            block_keys(numbered.drop_nulls("title_text"), settings),
        ),
        "pairs": (pairs, compare(candidates, numbered.drop_nulls("title_text"), settings)),
        "overruled": (store.query("overruled_of", chosen=documents), overruled),
        "clusters": (store.query("clusters_of", chosen=chosen), members.select("document_id", "paper_id")),
        "papers": (store.query("papers_of", chosen=chosen), golden),
        "paper_lineage": (store.query("lineage_of", chosen=chosen), lineage),
    }
    return pl.DataFrame(
        [(name, *_differences(stored, found.select(stored.columns))) for name, (stored, found) in compared.items()],
        schema={"table_name": pl.String, "only_stored": pl.Int64, "only_derived": pl.Int64},
        orient="row",
    )


def _differences(stored: pl.DataFrame, derived: pl.DataFrame) -> tuple[int, int]:
    one, other = (set(map(repr, frame.iter_rows())) for frame in (stored, derived))
    return len(one - other), len(other - one)
