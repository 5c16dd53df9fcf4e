"""The labelled sets that the model is learned and measured on: read, proposed once, kept in memory."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.dedup.link import LINKING, Proposed, propose
from pipeline.extract.read import extract_dump
from pipeline.extract.source import read_dump
from pipeline.sample import make_sample

#: Sets that share papers: none of a family may help to score another of it.
FAMILIES = (
    ("diabetes",), ("neuroimaging",), ("cytology_screening",), ("stroke",), ("dblp_acm",), ("cora",),
    ("arxiv_1k", "arxiv_20k", "arxiv_hard_dev"), ("daily_arxiv",), ("planted",),
)  # fmt: skip
SETS = tuple(name for family in FAMILIES for name in family)

#: Seed of the planted set; another one than that of the committed sample, which is a test.
PLANTED_SEED, PLANTED_PAPERS = 7, 1500

#: Columns whose values would be the answer, or would not be text.
NEVER_FED = ("cluster_id", "arxiv_id", "raw_id", "row_no", "kind")


@dataclass(frozen=True)
class LabelledSet:
    """Records with labels, their candidate pairs, and which pairs are of one entity."""

    name: str
    records: pl.DataFrame
    proposed: Proposed
    is_match: np.ndarray


def load_set(folder: Path, name: str, *, use_identifiers: bool) -> LabelledSet:
    """Read a set and propose its candidate pairs."""
    records = planted() if name == "planted" else read_set(folder / f"{name}.parquet")
    proposed = propose(records.drop(NEVER_FED, strict=False), LINKING, use_identifiers=use_identifiers)
    entity = (
        proposed.members.join(records.select("record_id", "cluster_id"), on="record_id")
        .group_by("document_no")
        .agg(pl.col("cluster_id").sort().first())
        .sort("document_no")["cluster_id"]
    )
    pairs = proposed.pairs
    is_match = (entity.gather(pairs["left_no"]) == entity.gather(pairs["right_no"])).to_numpy()
    return LabelledSet(name, records, proposed, is_match)


def read_set(path: Path) -> pl.DataFrame:
    """Read a labelled file in the order in which it is meant to be read."""
    records = pl.read_parquet(path)
    return records.sort("row_no") if "row_no" in records.columns else records


def planted() -> pl.DataFrame:
    """Title and abstract of a generated sample's entries, labelled by the paper each of them shows."""
    sample = make_sample(seed=PLANTED_SEED, papers=PLANTED_PAPERS)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in sample.dumps.items():
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            extracted = extract_dump(read_dump(path)).records
            rows.append(
                extracted.select(
                    pl.lit(name).alias("dump"), "line_start", "record_id", title="title_raw", abstract="abstract_raw"
                )
            )
    labels = sample.truth.select("dump", "line_start", cluster_id=pl.col("paper").cast(pl.String))
    return pl.concat(rows).join(labels, on=["dump", "line_start"]).drop("dump", "line_start")
