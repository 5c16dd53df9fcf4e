"""The labelled sets for learning and measuring the model: read as by `papersieve evaluate`, and compared only once."""

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks import corpus
from papersieve.pipeline.derive import Compared, compare_all
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.records import split_records
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.evaluate import labelled_records, read_truth
from papersieve.warehouse.answers.match import LISTED
from tests.support.sample import make_sample

#: Sets that share papers: no set of a family may help to score another set of it.
FAMILIES = (
    ("diabetes",), ("neuroimaging",), ("cytology_screening",), ("stroke",), ("dblp_acm",), ("cora",),
    ("arxiv_1k", "arxiv_20k", "arxiv_hard_dev"), ("daily_arxiv",), ("sample", "listings"),
)  # fmt: skip
SETS = tuple(name for family in FAMILIES for name in family)

#: Sets whose labels are about publications; those of the others are about works.
PUBLICATIONS = ("diabetes", "neuroimaging", "cytology_screening", "stroke")

#: Seeds of the generated sets. The committed sample and the measurements have other seeds, because they are test data.
SAMPLE_SEED, SAMPLE_PAPERS = 7, 1500
LISTINGS_SEED, LISTINGS = 5, 20_000


@dataclass(frozen=True)
class LabelledSet:
    """Records with their cluster_id, and the compared documents and pairs."""

    name: str
    records: pl.DataFrame
    compared: Compared

    @property
    def settings(self) -> Settings:
        """The default settings with the unit of the set's labels."""
        return Settings(unit="publication" if self.name in PUBLICATIONS else "work")

    @cached_property
    def is_match(self) -> np.ndarray:
        """Whether the documents of each pair are of one entity; a document of several entities counts for the first by
        name.
        """
        documents = self.compared.documents
        labels = self.records.group_by("document_id").agg(pl.col("cluster_id").min())
        entity = documents.join(labels, on="document_id", how="left", maintain_order="left")["cluster_id"]
        pairs = self.compared.pairs
        return (entity.gather(pairs["left_no"]) == entity.gather(pairs["right_no"])).to_numpy()


def load_set(folder: Path, name: str, *, use_identifiers: bool) -> LabelledSet:
    """Read a set and compare the pairs that its block keys propose."""
    if name in ("sample", "listings"):
        records = sample() if name == "sample" else listings()
    else:
        truth = read_truth(folder / f"{name}.parquet")
        records = labelled_records(truth, use_identifiers=use_identifiers)
        records = records.join(truth.select("cluster_id", pl.col("record_id").alias(LISTED)), on=LISTED)
    return LabelledSet(name, records, compare_all(records, Settings()))


def sample() -> pl.DataFrame:
    """Records from a generated sample's pages, labelled by paper."""
    made = make_sample(seed=SAMPLE_SEED, papers=SAMPLE_PAPERS)
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, text) in enumerate(made.dumps.items(), start=1):
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            good, _ = split_records(extract_dump(read_dump(path)).records)
            parts.append(good.with_columns(dump=pl.lit(name), dump_no=pl.lit(number, pl.Int64)))
    labels = made.truth.select("dump", "line_start", cluster_id=pl.col("paper").cast(pl.String))
    return pl.concat(parts).join(labels, on=["dump", "line_start"]).drop("dump")


def listings() -> pl.DataFrame:
    """Titles and abstracts from `corpus.titled`, with its hard negatives, labelled by original text."""
    made = corpus.titled(LISTINGS, LISTINGS_SEED)
    return labelled_records(
        made.select(record_id=pl.col("document_no").cast(pl.String), title="title", abstract="abstract"),
        use_identifiers=False,
    ).join(
        made.select(
            pl.col("document_no").cast(pl.String).alias(LISTED),
            pl.col("original_no").cast(pl.String).alias("cluster_id"),
        ),
        on=LISTED,
    )
