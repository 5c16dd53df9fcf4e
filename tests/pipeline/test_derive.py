"""Deriving papers in memory, with rows in any order and with decisions."""

import random

import polars as pl
import pytest

from papersieve.pipeline.derive import derive
from papersieve.pipeline.matching.overruling import DECISION_SCHEMA
from papersieve.pipeline.settings import Matching, Settings
from tests.support.history import dump_records


@pytest.fixture(scope="module")
def records():
    """Records of a small made-up world with copies, truncated texts and chains, in five dumps."""
    rng = random.Random(11)
    dumps = [
        dump_records(f"{dump:032x}", [(rng.randrange(12), rng.randrange(10)) for _ in range(30)]) for dump in range(5)
    ]
    return pl.concat(dumps).with_columns(dump_no=pl.col("dump_id").str.tail(1).cast(pl.Int64))


SETTINGS = Settings(matching=Matching(bucket_cap=3))


def rows_of(frame: pl.DataFrame, columns: list[str]) -> list[str]:
    return sorted(map(repr, frame.select(columns).iter_rows()))


def test_the_order_of_rows_decides_nothing_in_memory(records):
    one = derive(records, SETTINGS)
    other = derive(records.sample(fraction=1, shuffle=True, seed=1), SETTINGS)
    for name, frame in one._asdict().items():
        assert frame.height, name
        assert rows_of(frame, frame.columns) == rows_of(getattr(other, name), frame.columns), name


def test_a_decision_outranks_every_judgement_and_one_of_unknown_documents_says_nothing(records):
    ids = derive(records, SETTINGS).clusters.group_by("paper_id").agg("document_id").sort("paper_id")["document_id"]
    one, other = ids[0][0], ids[1][0]
    said = [(one, other, "must_link"), (one, "f" * 32, "must_link")]
    decisions = pl.DataFrame(said, schema=DECISION_SCHEMA, orient="row")
    found = derive(records, SETTINGS, decisions)
    paper = dict(found.clusters.select("document_id", "paper_id").iter_rows())
    assert paper[one] == paper[other]
    assert found.pairs.filter(pl.col("rule") == "decision").height == 1
